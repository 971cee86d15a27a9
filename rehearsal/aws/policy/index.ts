export { type Decision, evaluate, type PolicyRequest } from './evaluate';
export { matchesPattern, type RequestContext } from './match';
export { type AssumedBy, assumeRole, type Principal, userIdOf } from './principal';
export { type PolicyStatement, parseStatement } from './statement';
