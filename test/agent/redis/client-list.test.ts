import { clientsOf, groupClients, parseClientList } from '../../../agent/redis/client-list';

const line = (fields: string) => `${fields}\n`;

describe('reading CLIENT LIST', () => {
  test('of 2.8.6, without ids', () => {
    const [client] = parseClientList(
      line('addr=10.0.1.7:52555 fd=5 name= age=855 idle=0 flags=N db=3 sub=0 psub=0 multi=-1 qbuf=0 cmd=get'),
    );
    expect(client).toEqual({
      peer: '10.0.1.7:52555',
      address: '10.0.1.7',
      name: '',
      database: 3,
      lastCommand: 'get',
      ageSeconds: 855,
      idleSeconds: 0,
      flags: 'N',
    });
  });

  test('of Valkey 8, with fields nobody knew in 2.8 and an IPv6 address', () => {
    const [client] = parseClientList(
      line(
        'id=7 addr=[2001:db8::1]:52555 laddr=[2001:db8::2]:6379 fd=8 name=web age=1 idle=1 flags=P db=0 capa= cmd=client|list user=default lib-name=',
      ),
    );
    expect(client).toMatchObject({ id: '7', address: '[2001:db8::1]', name: 'web', lastCommand: 'client|list' });
  });
});

describe('who is a user', () => {
  const clients = parseClientList(
    [
      'id=1 addr=10.0.0.5:1 name=own:tail flags=N cmd=client',
      'id=2 addr=10.0.0.6:1 name= flags=N cmd=get',
      'id=3 addr=10.0.0.7:1 name= flags=S cmd=replconf',
      'id=4 addr=127.0.0.1:1 name= flags=N cmd=info',
      'id=5 addr=10.0.0.8:1 name= flags=O cmd=monitor',
    ].join('\n'),
  );
  const ids = (ownAddress: string) => clientsOf(clients, { ownPrefix: 'own', ownAddress }).map(({ id }) => id);

  test("a connection from the node itself is ElastiCache's own where the agent comes from elsewhere", () => {
    expect(ids('10.0.0.5')).toEqual(['2', '5']);
  });

  test('and a user like any other where the agent runs on the same machine', () => {
    expect(ids('127.0.0.1')).toEqual(['2', '4', '5']);
  });
});

test('who has just come and asked for nothing may be the agent, and is counted once it has asked or is older', () => {
  const clients = parseClientList(
    [
      'id=1 addr=10.0.0.5:1 name= age=0 flags=N cmd=NULL',
      'id=2 addr=10.0.0.5:2 name= age=1 flags=N cmd=auth',
      'id=3 addr=10.0.0.6:1 name= age=2 flags=N cmd=NULL',
      'id=4 addr=10.0.0.6:2 name= age=0 flags=N cmd=get',
      'id=5 addr=10.0.0.6:3 name=web age=0 flags=N cmd=client|setname',
    ].join('\n'),
  );
  expect(clientsOf(clients, { ownPrefix: 'own', ownAddress: '10.0.0.5' }).map(({ id }) => id)).toEqual(['3', '4', '5']);
});

test('groups of the same size come in the order of their addresses', () => {
  const clients = parseClientList(
    ['addr=10.0.0.9:1', 'addr=10.0.0.2:1', 'addr=10.0.0.5:1', 'addr=10.0.0.5:2'].join('\n'),
  );
  expect(groupClients(clients).map(({ address }) => address)).toEqual(['10.0.0.5', '10.0.0.2', '10.0.0.9']);
});
