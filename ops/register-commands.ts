import { createBotContext } from '#bot/bot-context.ts';
import { gatewayEnvironment } from '#bot/environment.ts';
import { registerCommands } from '#bot/register-commands.ts';

/** Registers the application's commands with Discord; does nothing if they are already registered. */
const { changed } = await registerCommands(createBotContext(gatewayEnvironment.read(process.env)));
console.log(changed ? 'Commands registered.' : 'Commands were up to date.');
