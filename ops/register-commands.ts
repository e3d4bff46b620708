import { createBotContext } from '#bot/bot-context.ts';
import { gatewayEnvironment } from '#bot/environment.ts';
import { registerCommands } from '#bot/register-commands.ts';

/** Registers the application's commands with Discord; does nothing when they are registered already. */
const { changed } = await registerCommands(createBotContext(gatewayEnvironment.read(process.env)));
console.log(changed ? 'Commands registered.' : 'Commands were up to date.');
