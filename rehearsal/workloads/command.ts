import type { OnHosts } from './rehearsed-kind';

export const command: OnHosts = { place: 'hosts', howItIs: (state) => state };
