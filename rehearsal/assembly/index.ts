export { Assembly, type AssemblyProps, loadAssembly } from './assembly';
export type { DeploymentFacts } from './deployment-facts';
export type { Json, JsonObject } from './json';
export type { FileAsset } from './manifest';
export { readManifest } from './migration-manifest';
export type { Resource } from './resource';
export type { Role, RolePolicy, Statement } from './roles';
export type { Stack } from './stack';
export { type DeclaredMachine, MANIFEST, type MigrationMachine, type StateMachine } from './state-machines';
