/** What one team answers for on the night: its own list, kept by itself. */
export interface Team {
  readonly name: string;
  readonly contact: string;
  /** The ECS cluster that its services run in. */
  readonly cluster: string;
  /** Services that take requests. Stopped once nothing reaches them any more. */
  readonly apis: readonly string[];
  /** Services that work off what the APIs have left to them. Stopped after these. */
  readonly workers: readonly string[];
  /** Paths of the load balancer that get a maintenance page, each with the priority of its rule. */
  readonly pages: Readonly<Record<string, number>>;
  /** Datadog monitors that would wake somebody up, by what they watch. */
  readonly monitors: Readonly<Record<string, number>>;
  readonly note?: string;
}

export const TEAMS: readonly Team[] = [
  {
    name: 'orders',
    contact: '#team-orders',
    cluster: 'orders',
    apis: ['orders-api', 'cart-api', 'checkout-api', 'returns-api'],
    workers: ['order-events', 'order-mails', 'invoice-worker'],
    pages: { '/orders/*': 101, '/cart/*': 102, '/checkout/*': 103, '/returns/*': 104, '/invoices/*': 105 },
    monitors: { 'orders-error-rate': 4310001, 'checkout-latency': 4310002, 'invoices-queue-age': 4310003 },
    note: 'Checkout first: it holds reservations for up to a minute.',
  },
  {
    name: 'catalogue',
    contact: '#team-catalogue',
    cluster: 'catalogue',
    apis: ['products-api', 'search-api', 'prices-api', 'images-api', 'reviews-api'],
    workers: ['product-import', 'search-indexer'],
    pages: { '/products/*': 111, '/search/*': 112, '/prices/*': 113, '/images/*': 114, '/reviews/*': 115 },
    monitors: { 'search-error-rate': 4310011, 'import-backlog': 4310012, 'prices-stale': 4310013 },
  },
  {
    name: 'logistics',
    contact: '#team-logistics',
    cluster: 'logistics',
    apis: ['stock-api', 'shipping-api', 'warehouse-api', 'carriers-api'],
    workers: ['stock-sync', 'label-printer', 'carrier-poller'],
    pages: { '/stock/*': 121, '/shipping/*': 122, '/warehouse/*': 123, '/carriers/*': 124, '/labels/*': 125 },
    monitors: {
      'stock-drift': 4310021,
      'labels-late': 4310022,
      'carrier-errors': 4310023,
      'warehouse-latency': 4310024,
    },
    note: 'Warehouses work until 22:00; the label printers must have an empty queue.',
  },
  {
    name: 'payments',
    contact: '#team-payments, on call +00 0000 0000',
    cluster: 'payments',
    apis: ['payments-api', 'refunds-api', 'wallet-api'],
    workers: ['settlement-worker', 'fraud-scorer'],
    pages: { '/payments/*': 131, '/refunds/*': 132, '/wallet/*': 133, '/vouchers/*': 134, '/webhooks/*': 135 },
    monitors: { 'payments-error-rate': 4310031, 'settlement-late': 4310032, 'fraud-latency': 4310033 },
    note: 'The payment provider is told of the window two days ahead; it repeats webhooks for 24 hours.',
  },
  {
    name: 'customers',
    contact: '#team-customers',
    cluster: 'customers',
    apis: ['accounts-api', 'sessions-api', 'loyalty-api', 'consent-api'],
    workers: ['mail-sender', 'loyalty-worker'],
    pages: { '/accounts/*': 141, '/sessions/*': 142, '/loyalty/*': 143, '/consent/*': 144, '/newsletter/*': 145 },
    monitors: {
      'logins-failing': 4310041,
      'mails-backlog': 4310042,
      'loyalty-errors': 4310043,
      'sessions-latency': 4310044,
    },
  },
  {
    name: 'backoffice',
    contact: '#team-backoffice',
    cluster: 'backoffice',
    apis: ['admin-api', 'reports-api'],
    workers: ['report-builder'],
    pages: { '/admin/*': 151, '/reports/*': 152, '/exports/*': 153, '/audit/*': 154, '/support/*': 155 },
    monitors: { 'reports-late': 4310051, 'exports-errors': 4310052, 'admin-error-rate': 4310053 },
    note: 'Support has told the call centre that nothing can be looked up.',
  },
];
