import { ReplicationProcedures } from '../../../agent/mysql/procedures';

const { stop, reset } = { stop: 'rds_stop_replication_for_channel', reset: 'rds_reset_external_source_for_channel' };
const procedures = new ReplicationProcedures('source');

test.each([
  ['other', "'other'"],
  ["o'clock", "'o''clock'"],
  ['at\\', "'at\\\\'"],
  ["\\'); DROP TABLE shop.orders; -- ", "'\\\\''); DROP TABLE shop.orders; -- '"],
])('the channel %j is one text of a statement', (channel, text) => {
  expect(procedures.stop(channel)).toBe(`CALL mysql.${stop}(${text})`);
  expect(procedures.reset(channel)).toBe(`CALL mysql.${reset}(${text})`);
});
