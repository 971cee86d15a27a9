export { Check } from './check';
export type { ConfirmCheckProps } from './confirm';
export type { CommandCheckProps } from './hosts/command';
export type { HttpCheckProps } from './http/http';
export type { StateMachineCheckProps } from './own-state-machine';
