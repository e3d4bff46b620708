import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startMigratedSupabase } from '#dev/tests/start-migrated-supabase.ts';
import { createDiscordPerson, type DiscordPerson } from '#emulators/supabase/testing/discord-person.ts';
import { secretKey, type TestSupabase } from '#emulators/supabase/testing/start-test-supabase.ts';

let supabase: TestSupabase;
let discord: DiscordPerson;

beforeAll(async () => {
  supabase = await startMigratedSupabase();
  discord = createDiscordPerson(supabase.discord);
});
afterAll(() => supabase.stop());

/** The usernames of the players whose account has this address. */
async function findPlayers(email: string): Promise<string[]> {
  const rows = await supabase.database.sql<{ username: string }[]>`
    select profiles.username from public.profiles join auth.users on users.id = profiles.user_id
    where users.email = ${email}`;
  return rows.map((row) => row.username);
}

describe('the e-mail address of a Discord account', () => {
  test('joins the account with the same verified address, but not with an unverified one', async () => {
    const { userId } = await supabase.signUp('sam');
    discord.become('sam');
    expect((await discord.signIn(supabase.connect())).data.user?.id).toBe(userId);
    const { userId: tomId } = await supabase.signUp('tom');
    discord.become('tom', { verified: false });
    const thief = await discord.authorize(supabase.connect());
    expect(thief.searchParams.get('error_code')).toBe('provider_email_needs_verification');
    supabase.settings.project.auth.external.discord.email_optional = true;
    onTestFinished(() => {
      supabase.settings.project.auth.external.discord.email_optional = false;
    });
    const stranger = await discord.signIn(supabase.connect());
    expect(stranger.data.user?.id).not.toBe(tomId);
    expect(stranger.data.user?.email).toBe('');
  });

  test('an unverified Discord address is no player until it is verified', async () => {
    discord.become('ursel', { verified: false });
    const early = await discord.authorize(supabase.connect());
    expect(early.searchParams.get('error_code')).toBe('provider_email_needs_verification');
    expect(await findPlayers('ursel@example.test')).toEqual([]);
    if (supabase.discord.signedIn) supabase.discord.signedIn.verified = true;
    expect((await discord.signIn(supabase.connect())).error).toBeNull();
    expect(await findPlayers('ursel@example.test')).toEqual(['ursel']);
  });

  test('takes an address from an account that never confirmed it', async () => {
    const { admin } = supabase.connect({ key: secretKey }).auth;
    const squatted = { email: 'viola@example.test', password: 'password-1' };
    const { data: made } = await admin.createUser({ ...squatted, user_metadata: { full_name: 'Mallory' } });
    expect(await findPlayers(squatted.email)).toEqual([]);
    discord.become('viola');
    const { data } = await discord.signIn(supabase.connect());
    expect(data.user?.id).toBe(made.user?.id);
    expect(data.user?.identities?.map((identity) => identity.provider)).toEqual(['discord']);
    expect(data.user?.app_metadata).toMatchObject({ provider: 'discord', providers: ['discord'] });
    expect(data.user?.user_metadata).toMatchObject({ full_name: 'viola' });
    expect(await findPlayers(squatted.email)).toEqual(['viola']);
    const squatter = await supabase.connect().auth.signInWithPassword(squatted);
    expect(squatter.error).toMatchObject({ code: 'invalid_credentials' });
  });
});
