import { call } from '../api.js';
import { h } from '../dom.js';
import { store } from '../store.js';

const banAt = 10_000;

const faultKinds = [
  ['rate_limit_user', '429 for this route'],
  ['rate_limit_shared', '429 shared resource'],
  ['rate_limit_global', '429 global'],
  ['rate_limit_html', '429 from the edge, HTML'],
  ['server_error', '500'],
  ['bad_gateway', '502'],
  ['latency', 'One second of latency'],
  ['connection_reset', 'Connection reset'],
  ['not_applied', 'Success without effect'],
  ['gateway_duplicate', 'Gateway event twice'],
  ['gateway_drop', 'Gateway event lost'],
];

function button(label, run) {
  return h('button', { type: 'button', class: 'button', onclick: () => void run() }, label);
}

function renderFaultForm() {
  const kind = h(
    'select',
    { class: 'field', name: 'kind' },
    ...faultKinds.map(([value, label]) => h('option', { value }, label)),
  );
  const count = h('input', {
    class: 'field',
    type: 'number',
    min: 1,
    max: 1000,
    value: '1',
  });
  const path = h('input', {
    class: 'field',
    placeholder: 'all paths',
  });
  return h(
    'form',
    {
      class: 'fault-form',
      onsubmit: (event) => {
        event.preventDefault();
        const only = path.value === '' ? {} : { path: path.value };
        void call('POST', 'faults', { kind: kind.value, count: Number(count.value), ...only });
      },
    },
    h('label', {}, 'Failure', kind),
    h('label', {}, 'How many requests', count),
    h('label', {}, 'Only paths that contain', path),
    h('button', { type: 'submit', class: 'button primary' }, 'Add failure'),
  );
}

function renderFaults() {
  const { faults } = store.world;
  if (faults.length === 0) return h('p', { class: 'quiet' }, 'No failures are planned.');
  const label = (fault) => faultKinds.find(([kind]) => kind === fault.kind)?.[1] ?? fault.kind;
  return h(
    'div',
    {},
    h(
      'ul',
      { class: 'plain-list' },
      ...faults.map((f) => h('li', {}, `${f.count} × ${label(f)}${f.path ? ` on ${f.path}` : ''}`)),
    ),
    button('Clear failures', () => call('DELETE', 'faults')),
  );
}

function renderApplication() {
  const { application } = store.world;
  const url = application.interactions_endpoint_url;
  return h(
    'section',
    {},
    h('h3', { class: 'list-title' }, 'Application'),
    h(
      'dl',
      { class: 'facts' },
      h('dt', {}, 'Interactions'),
      h('dd', {}, url ?? 'over the gateway'),
      h('dt', {}, 'Application id'),
      h('dd', {}, application.id),
      h('dt', {}, 'Commands'),
      h('dd', {}, String(store.world.commands.length)),
    ),
  );
}

/** Failures to rehearse, and the sandbox's clock and connections. */
export function renderControls() {
  const refusals = store.world.invalid_requests;
  return [
    h('h2', { class: 'side-title' }, 'Controls'),
    renderApplication(),
    h('h3', { class: 'list-title' }, 'Planned failures'),
    renderFaults(),
    renderFaultForm(),
    h('h3', { class: 'list-title' }, 'Refused requests in ten minutes'),
    h(
      'meter',
      { min: 0, max: banAt, value: String(refusals), 'aria-label': 'Refused requests' },
      `${refusals}`,
    ),
    h(
      'p',
      { class: 'quiet' },
      `${refusals} of ${banAt.toLocaleString()}; above that the real service bans the address.`,
    ),
    h('h3', { class: 'list-title' }, 'Gateway'),
    h(
      'div',
      { class: 'card-actions' },
      button('Drop the connection', () => call('POST', 'gateway/drop', {})),
      button('Ask to reconnect', () => call('POST', 'gateway/drop', { code: null })),
    ),
    h('h3', { class: 'list-title' }, 'Clock'),
    h(
      'div',
      { class: 'card-actions' },
      button('Forward 15 minutes', () => call('POST', 'clock/advance', { ms: 900_000 })),
      button('Forward one day', () => call('POST', 'clock/advance', { ms: 86_400_000 })),
    ),
    h('h3', { class: 'list-title' }, 'State'),
    button('Reset to the seed', async () => {
      if (confirm('Forget all messages, people and roles that were not there at first?'))
        await call('POST', 'reset', {});
    }),
  ];
}
