export { end as default } from './made-once';
