import fc from 'fast-check';
import { expect } from 'vitest';
import { describeUnlinked } from '../../../web/src/routes/profile/describe-unlinked.ts';
import {
  call,
  compare,
  findPlayer,
  forgetLink,
  linkedAccount,
  pick,
  type Reality,
  readPage,
  type Truth,
  useAccount,
} from './identity-truth.ts';

type Move = fc.AsyncCommand<Truth, Reality>;

class SignIn implements Move {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
  check = () => true;
  toString = () => `account ${this.index} signs in`;
  async run(truth: Truth, reality: Reality) {
    const account = reality.accounts[this.index];
    if (!account) return;
    const user_id = await reality.auth.signIn(account);
    const player_id = await findPlayer(reality, user_id);
    let user = truth.users.find((known) => known.user_id === user_id);
    if (!user) {
      user = { user_id, player_id, email: null, accounts: [], isWithdrawn: false };
      truth.users.push(user);
    }
    expect(user.player_id).toBe(player_id);
    useAccount(user, account.id);
    await readPage(truth, reality, user, null, account.id);
    await compare(truth, reality);
  }
}

/** `arrives`; or the browser is closed before, or has lost its cookie (to another tab) on the way back. */
type Fate = 'arrives' | 'closed' | 'cookie lost';

class Link implements Move {
  readonly player: number;
  readonly index: number;
  readonly fate: Fate;
  constructor(player: number, index: number, fate: Fate) {
    this.player = player;
    this.index = index;
    this.fate = fate;
  }
  check = (truth: Readonly<Truth>) => truth.users.length > 0;
  toString = () => `player ${this.player} links account ${this.index} (${this.fate})`;
  async run(truth: Truth, reality: Reality) {
    const user = pick(truth, this.player);
    const account = reality.accounts[this.index];
    if (!user || !account) return;
    const answer = await reality.auth.link(user.user_id, account);
    let problem: string | null = null;
    if (answer.ok) useAccount(user, account.id);
    else if (/another/.test(answer.description)) problem = answer.code;
    else if (this.fate === 'arrives') {
      await call(reality, user, 'sync_discord_link()');
      user.isWithdrawn = false;
    }
    if (this.fate === 'cookie lost') problem ??= answer.ok ? 'bad_code_verifier' : 'flow_state_not_found';
    await readPage(truth, reality, user, problem, account.id);
    await compare(truth, reality);
  }
}

class Unlink implements Move {
  readonly player: number;
  readonly source: 'web' | 'discord';
  constructor(player: number, source: 'web' | 'discord') {
    this.player = player;
    this.source = source;
  }
  check = (truth: Readonly<Truth>) => truth.users.length > 0;
  toString = () => `player ${this.player} unlinks on ${this.source}`;
  async run(truth: Truth, reality: Reality) {
    const user = pick(truth, this.player);
    if (!user) return;
    const linked = linkedAccount(user);
    if (this.source === 'discord') {
      if (!linked) return;
      const found = await call(reality, 'service_role', `find_player_by_discord('${linked}')`);
      expect(found.player_id).toBe(user.player_id);
    }
    const unlinked =
      this.source === 'web'
        ? await call(reality, user, 'unlink_discord()')
        : await call(reality, 'service_role', `unlink_discord('${user.player_id}', 'discord')`);
    forgetLink(user);
    const says = describeUnlinked(unlinked);
    expect(/nothing changed/.test(says)).toBe(linked === null);
    if (linked) expect(/only way to sign in/.test(says)).toBe(user.accounts.length > 0);
    await compare(truth, reality);
  }
}

class Deauthorise implements Move {
  readonly index: number;
  readonly isLate: boolean;
  constructor(index: number, isLate: boolean) {
    this.index = index;
    this.isLate = isLate;
  }
  check = () => true;
  toString = () => `account ${this.index} deauthorises us${this.isLate ? ' (old news)' : ''}`;
  async run(truth: Truth, reality: Reality) {
    const id = reality.accounts[this.index]?.id ?? '';
    const at = this.isLate ? `'${reality.since}'` : "now() + interval '1 second'";
    const user = truth.users.find((known) => linkedAccount(known) === id);
    const { has_ended } = await call(reality, 'service_role', `end_deauthorised_link('${id}', ${at})`);
    expect(has_ended).toBe(user !== undefined && !this.isLate);
    if (user && has_ended) forgetLink(user);
    await compare(truth, reality);
  }
}

class TakeIdentity implements Move {
  readonly player: number;
  readonly index: number;
  constructor(player: number, index: number) {
    this.player = player;
    this.index = index;
  }
  check = (truth: Readonly<Truth>) => truth.users.length > 0;
  toString = () => `player ${this.player} takes identity ${this.index} away at Auth`;
  async run(truth: Truth, reality: Reality) {
    const user = pick(truth, this.player);
    const account = reality.accounts[this.index];
    if (!user || !account) return;
    if (await reality.auth.unlinkIdentity(user.user_id, account)) {
      user.accounts = user.accounts.filter((id) => id !== account.id);
    }
    await compare(truth, reality);
  }
}

class Erase implements Move {
  readonly player: number;
  readonly isSoft: boolean;
  constructor(player: number, isSoft: boolean) {
    this.player = player;
    this.isSoft = isSoft;
  }
  check = (truth: Readonly<Truth>) => truth.users.length > 0;
  toString = () => `player ${this.player} is erased${this.isSoft ? ' softly' : ''}`;
  async run(truth: Truth, reality: Reality) {
    const user = pick(truth, this.player);
    if (!user) return;
    await reality.auth.erase(user.user_id, this.isSoft);
    truth.users = truth.users.filter((known) => known !== user);
    await compare(truth, reality);
  }
}

const player = fc.nat(5);
const index = fc.nat(2);

/** Everything that can affect whose account is whose. */
export const moves: fc.Arbitrary<Move>[] = [
  index.map((at) => new SignIn(at)),
  fc
    .tuple(player, index, fc.constantFrom<Fate>('arrives', 'closed', 'cookie lost'))
    .map((args) => new Link(...args)),
  fc.tuple(player, fc.constantFrom('web' as const, 'discord' as const)).map((args) => new Unlink(...args)),
  fc.tuple(index, fc.boolean()).map((args) => new Deauthorise(...args)),
  fc.tuple(player, index).map((args) => new TakeIdentity(...args)),
  fc.tuple(player, fc.boolean()).map((args) => new Erase(...args)),
];
