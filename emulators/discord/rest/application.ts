import * as spec from 'discord-api-spec/zod';
import { z } from 'zod';
import type { Answer, Call, Route } from '../http/route.ts';
import { findEndpointProblem, setEndpoint } from '../interactions/endpoint.ts';
import { invalidForm, RestError, unauthorized } from '../rules/rest-error.ts';
import type { JsonObject } from '../state/records.ts';
import type { World } from '../state/world.ts';
import { toUserBody } from '../wire/people.ts';

const changeSchema = z.strictObject({ interactions_endpoint_url: z.string().nullish() });

function toPublicBody(world: World): JsonObject {
  const application = world.application();
  const bot = world.users.get(application.id);
  return {
    id: application.id,
    name: application.name,
    icon: null,
    description: application.description,
    type: null,
    flags: application.allows_members_intent ? 1 << 15 : 0,
    flags_new: String(application.allows_members_intent ? 1 << 15 : 0),
    ...(bot ? { bot: toUserBody(bot) } : {}),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: world.credentials.public_key,
  };
}

function toPrivateBody(world: World): JsonObject {
  const application = world.application();
  const owner = world.users.get(application.owner_id);
  return {
    ...toPublicBody(world),
    redirect_uris: application.redirect_uris,
    interactions_endpoint_url: application.interactions_endpoint_url,
    role_connections_verification_url: null,
    owner: owner ? toUserBody(owner) : null,
    approximate_guild_count: world.guilds.list().length,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: new Set(world.grants.list().map((grant) => grant.user_id)).size,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
  };
}

function getOwn(call: Call): Answer {
  return { status: 200, body: toPrivateBody(call.sandbox.world) };
}

/** Saves the interactions endpoint after the same checks that Discord makes. */
async function editOwn(call: Call): Promise<Answer> {
  const { world } = call.sandbox;
  const parsed = changeSchema.safeParse(call.body);
  if (!parsed.success) throw new RestError(501, 0, 'The sandbox changes the interactions endpoint only');
  const url = parsed.data.interactions_endpoint_url;
  if (url === undefined) return getOwn(call);
  const problem = url === null ? null : await findEndpointProblem(world, url);
  if (problem !== null) {
    const message = `The specified interactions endpoint url could not be verified. ${problem}`;
    throw invalidForm([
      { path: ['interactions_endpoint_url'], code: 'APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID', message },
    ]);
  }
  setEndpoint(world, url, null);
  return getOwn(call);
}

function getAuthorization(call: Call): Answer {
  const { caller, sandbox } = call;
  if (caller.kind !== 'person') throw unauthorized();
  const { grant, user } = caller;
  return {
    status: 200,
    body: {
      application: toPublicBody(sandbox.world),
      expires: new Date(grant.expires_at_ms).toISOString(),
      scopes: grant.scopes,
      ...(grant.scopes.includes('identify') ? { user: toUserBody(user) } : {}),
    },
  };
}

const gives = spec.PrivateApplicationResponseSchema;

/** The application's own record, and the scopes of a person's token. */
export const applicationRoutes: readonly Route[] = [
  { method: 'GET', path: '/applications/@me', auth: 'bot', gives, handle: getOwn },
  { method: 'GET', path: '/oauth2/applications/@me', auth: 'bot', gives, handle: getOwn },
  {
    method: 'PATCH',
    path: '/applications/@me',
    auth: 'bot',
    accepts: spec.ApplicationFormPartialSchema,
    gives,
    handle: editOwn,
  },
  {
    method: 'GET',
    path: '/oauth2/@me',
    auth: 'person',
    gives: spec.OAuth2GetAuthorizationResponseSchema,
    handle: getAuthorization,
  },
];
