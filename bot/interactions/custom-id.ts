/** What a button or modal carries back to us: an action and its state. Never an authorisation. */
export interface CustomId {
  action: string;
  version: number;
  args: string[];
}

/** What a button or form is for: how its custom_id starts, and which arguments follow, in this order. */
export interface Action<Arg extends string> {
  id: string;
  args: readonly Arg[];
}

const defineAction = <Arg extends string>(id: string, ...args: Arg[]): Action<Arg> => ({ id, args });

/**
 * Every button and form. Buttons of old messages are pressed for years, so an action keeps its id and the order
 * of its arguments.
 */
export const actions = {
  /** `button` only makes the ids of one message differ. */
  turnBoardPage: defineAction('lb', 'board', 'from', 'button'),
  shareBoardPage: defineAction('lb-share', 'board', 'from'),
  unlink: defineAction('unlink', 'player_id'),
  /** `form_key` names the form: however often it is sent, it is one request. */
  sendRequestForm: defineAction('req-form', 'form_key'),
  approveRequest: defineAction('req-approve', 'request_id'),
  explainApproval: defineAction('req-approve-why', 'request_id'),
  sendApprovalForm: defineAction('req-approve-form', 'request_id'),
  rejectRequest: defineAction('req-reject', 'request_id'),
  explainRejection: defineAction('req-reject-why', 'request_id'),
  sendRejectionForm: defineAction('req-reject-form', 'request_id'),
  /** The picked requests are not in these ids: the select of the message shows them as picked. */
  openBulk: defineAction('req-bulk'),
  pickBulk: defineAction('req-bulk-pick'),
  previewBulk: defineAction('req-bulk-preview', 'decision'),
  confirmBulk: defineAction('req-bulk-confirm', 'decision', 'comment'),
  sendBulkForm: defineAction('req-bulk-form', 'decision'),
  undoBulk: defineAction('req-bulk-undo', 'bulk_id'),
};

const customIdLengthMax = 100;
const currentVersion = 1;

/**
 * Writes state into a custom_id as `action:v1:arg:arg`. Arguments may hold any text.
 * Throws RangeError when the result exceeds Discord's 100 characters: state that long belongs in the database.
 */
export function encodeCustomId<Arg extends string>(
  action: Action<Arg>,
  args: Readonly<Record<Arg, string | number>>,
): string {
  const values = action.args.map((name) => encodeURIComponent(String(args[name])));
  const customId = [action.id, `v${currentVersion}`, ...values].join(':');
  if (customId.length > customIdLengthMax) {
    throw new RangeError(
      `custom_id of ${customId.length} characters exceeds ${customIdLengthMax}: ${customId}`,
    );
  }
  return customId;
}

/** Parses a custom_id written by `encodeCustomId`. Null for anything else, older versions included. */
export function decodeCustomId(customId: string): CustomId | null {
  if (customId.length > customIdLengthMax) return null;
  const [action, version, ...args] = customId.split(':');
  if (!action || version !== `v${currentVersion}`) return null;
  try {
    return { action, version: currentVersion, args: args.map(decodeURIComponent) };
  } catch {
    return null;
  }
}
