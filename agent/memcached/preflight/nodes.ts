import type { Finding } from '../../../contract/common';
import { type Survey, type SurveyedSide, sumOf } from './survey';

/** How keys come to nodes is the clients' own affair: a record leads to one node. */
export function checkNodes({ from, to, recordName }: Survey): readonly Finding[] {
  return [...severalNodes(from, to, recordName), ...otherNumber(from, to), ...autoDiscovery(from)];
}

function severalNodes(from: SurveyedSide, to: SurveyedSide, recordName: string): Finding[] {
  if (from.nodes.length === 1 && to.nodes.length === 1) return [];
  return [
    {
      id: 'memcached.several-nodes',
      severity: 'warning',
      message: `${from.where} has ${nodes(from)} and ${to.where} has ${nodes(to)}: ${recordName} leads to one node at a time, and only clients with auto discovery learn of the others from it.`,
      remedy:
        'See that clients are given the record as their configuration endpoint, with auto discovery on. Those that list nodes by name are not moved by a record.',
    },
  ];
}

function otherNumber(from: SurveyedSide, to: SurveyedSide): Finding[] {
  if (from.nodes.length === to.nodes.length) return [];
  return [
    {
      id: 'memcached.hash-ring',
      severity: 'info',
      message: `${from.where} has ${nodes(from)} and ${to.where} has ${nodes(to)}: keys are spread otherwise.`,
      remedy: 'Nothing is lost by it: green begins empty. Look at the load of each of its nodes.',
    },
  ];
}

/** @see docs/aws-facts.md#elasticache-auto-discovery */
function autoDiscovery(from: SurveyedSide): Finding[] {
  const asked = sumOf(from, 'cmd_config_get');
  if (asked === 0) return [];
  return [
    {
      id: 'memcached.auto-discovery',
      severity: 'warning',
      message: `Clients of ${from.where} use auto discovery (config get ${asked}): they ask the nodes that they know for new ones, and follow no record until they resolve it again.`,
      remedy: 'List them as workloads, so that they start again after the switch, or restart them then.',
    },
  ];
}

const nodes = ({ nodes: { length } }: SurveyedSide) => (length === 1 ? '1 node' : `${length} nodes`);
