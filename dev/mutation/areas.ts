/** What a mutation run changes, and which tests must detect it. */
export interface MutationArea {
  /** Files that Stryker mutates, covered by the unit tests that reach them. */
  typescript?: readonly string[];
  sql?: {
    /** Functions, by schema and name. */
    functions: RegExp;
    /** Tables whose policies and grants, or constraints and triggers, are mutated, by schema and name. */
    tables: RegExp;
    /** The kinds of mutants; `policy` also disables row-level security and grants rights. */
    kinds: readonly ('function' | 'policy' | 'constraint')[];
    /** Test files of the project `integration`. */
    tests: readonly string[];
  };
}

/** The areas to measure, by the name that `npm run mutate` takes. */
export const mutationAreas: Record<string, MutationArea> = {
  ledger: {
    sql: {
      functions:
        /\.(post_transfer|take_from_lots|give_back_to_lots|grant_to_player|expire_lots|make_transfer|take_from_player|end_credit_hold|reverse_transfer|reverse_credit_transfer|move_credits|get_credit_account|assert_\w+|check_\w*(transfer|account)\w*)$/,
      tables: /\.credit_(accounts|transfers|entries|lots|lot_uses)$/,
      kinds: ['function', 'constraint'],
      tests: [
        'supabase/tests/credits/ledger',
        'supabase/tests/credits/locks',
        'supabase/tests/credits/holds',
        'supabase/tests/credits/books',
        'supabase/tests/credits/grants',
        'supabase/tests/credits/guards',
        'supabase/tests/credits/refusals',
        'supabase/tests/credits/edges',
        'supabase/tests/credits/records',
        'supabase/tests/platform/refusals',
      ],
    },
  },
  decisions: {
    sql: {
      functions:
        /\.(\w*credit_request\w*|\w*approv\w*|check_decider|apply_decision|check_request_allowed|find_same_request|judge_transfer|propose_transfer|grant_credits|begin_command|finish_command|expire_requests|remind_\w+)$/,
      tables: /\.credit_(requests|decisions|policies)$/,
      kinds: ['function', 'constraint'],
      tests: [
        'supabase/tests/credits/',
        'supabase/tests/platform/commands',
        'supabase/tests/platform/refusals',
      ],
    },
  },
  limits: {
    sql: {
      functions:
        /\.(check_rate_limit|take_attempt|count_attempt|describe_wait|describe_caller|begin_interaction)$/,
      tables: /\.(attempt_limits|rate_limits)$/,
      kinds: ['function', 'constraint'],
      tests: [
        'supabase/tests/platform/attempt-limits',
        'supabase/tests/platform/rate-limits',
        'supabase/tests/platform/interactions',
        'supabase/tests/platform/refusals',
      ],
    },
  },
  'row-level-security': {
    sql: {
      functions:
        /\.(has_role|is_(admin|manager|operator|service|session_live)|can_\w+|current_player\w*|resolve_(actor|admin|reader)|send_to_managers|tell_(changed_role|ended_session))$/,
      tables: /^(public\.\w+|realtime\.messages)$/,
      kinds: ['function', 'policy'],
      tests: [
        'access',
        'own-rows',
        'identity/permissions',
        'platform/realtime',
        'identity/sessions',
        'platform/refusals',
      ].map((name) => `supabase/tests/${name}`),
    },
  },
  outbox: {
    sql: {
      functions: /\.(\w*outbox\w*|emit_event|poke_relay|purge_old_rows)$/,
      tables: /\.outbox$/,
      kinds: ['function', 'constraint'],
      tests: ['supabase/tests/platform/outbox', 'supabase/tests/platform/retention'],
    },
    typescript: ['supabase/functions/relay/*.ts', '!supabase/functions/relay/*.test.ts'],
  },
  roles: {
    sql: {
      functions:
        /\.(plan_role_changes|list_due_role_steps|update_desired_tiers|record_role_result|request_role_sync)$/,
      tables: /\.member_roles$/,
      kinds: ['function', 'constraint'],
      tests: [
        'supabase/tests/roles/',
        'functions/roles/sync-member-roles',
        'supabase/tests/platform/refusals',
      ],
    },
    typescript: ['bot/roles/apply-role-change.ts'],
  },
  messages: {
    typescript: [
      'bot/*/*-message.ts',
      'bot/credits/request-forms.ts',
      'bot/platform/{format,message,notice,shown-text}.ts',
      '!bot/testing/**',
    ],
  },
  'edge-functions': {
    typescript: [
      'supabase/functions/{discord-events,interactions,_shared}/*.ts',
      'supabase/functions/api/*.ts',
      '!supabase/functions/**/*.test.ts',
      '!supabase/functions/api/testing/**',
    ],
  },
};
