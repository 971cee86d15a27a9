import type { Finding, Severity } from '../contract/common';

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** What a preflight tells of its findings, the gravest first. */
export function told(findings: readonly Finding[]): { readonly findings: readonly Finding[]; readonly errors: number } {
  return {
    findings: [...findings].sort((one, other) => ORDER[one.severity] - ORDER[other.severity]),
    errors: findings.filter(({ severity }) => severity === 'error').length,
  };
}
