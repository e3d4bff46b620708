import { getBotContext } from '#bot/create-bot-context.ts';
import { registerCommands } from '#bot/register-commands.ts';

/** Registers the application's commands with Discord; does nothing when they are registered already. */
const { changed } = await registerCommands(getBotContext());
console.log(changed ? 'Commands registered.' : 'Commands were up to date.');
