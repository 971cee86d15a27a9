import type { OnHosts } from './rehearsed-kind';

export const command: OnHosts = { place: 'hosts', observe: (state) => state };
