import type { Refusal } from '#domain/platform/refusal.ts';
import type { Reply } from '../interactions/command.ts';
import {
  accentColors,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildText,
  type MessageBody,
} from './message.ts';
import { showSentence } from './shown-text.ts';

type Button = Parameters<typeof buildRow>[number];

/** A short message: a heading, a sentence or two, and optional next steps. */
export function buildNotice(
  heading: string,
  text: string,
  accentColor = accentColors.brand,
  ...buttons: Button[]
): MessageBody {
  const row = buttons.length > 0 ? [buildRow(...buttons)] : [];
  return buildMessage(buildContainer(accentColor, [buildText(`### ${heading}\n${text}`), ...row]));
}

/**
 * A refusal: what happened, what to do, and the id to quote when asking for help.
 * @param typed the person's input, already quoted, so it is not lost
 */
export function buildRefusal(refusal: Refusal, supportId: string, typed = ''): Reply {
  const text = `${showSentence(refusal.action)}${typed}\n-# ${refusal.code} · support id ${supportId}`;
  const message = buildNotice(showSentence(refusal.message), text, accentColors.calm);
  return { message, outcome: 'refused' };
}

/**
 * For people whose Discord account is not linked to a player.
 * @param rest.typed the person's input, already quoted, so it is not lost
 */
export function buildLinkInvitation(
  webUrl: string,
  { typed = '', others = [] }: { typed?: string; others?: Button[] } = {},
): Reply {
  const text = `It takes one click: sign in on the website with Discord, then try again.${typed}`;
  const link = buildLinkButton('Link my account', `${webUrl}/profile?link=discord`);
  const message = buildNotice('Link your account first', text, accentColors.brand, link, ...others);
  return { message, outcome: 'refused' };
}

/** A read failed on our side. */
export function buildFailure(supportId: string): MessageBody {
  const text = `Nothing was changed. Try again in a moment. If it keeps happening, tell an admin.\n-# support id ${supportId}`;
  return buildNotice('That didn’t work', text, accentColors.danger);
}

/** Storing the request failed, and it is not known whether it was saved. */
export function buildUncertain(supportId: string): MessageBody {
  const text = `We’re not certain that this was saved. If it was, we’ll complete it and this message will change within 30 seconds. If it doesn’t change, nothing was saved: try again.\n-# support id ${supportId}`;
  return buildNotice('That may not have worked', text, accentColors.danger);
}

/** An error after the request was stored; it will be completed in the background. */
export function buildStillWorking(supportId: string): MessageBody {
  const text = `Your request is saved and we’ll complete it automatically, so there’s no need to repeat it. This message will change when it’s done.\n-# support id ${supportId}`;
  return buildNotice('Still working on it', text, accentColors.calm);
}

/** The person sent too many interactions in a short time. */
export function buildSlowDown(resetAt: string): MessageBody {
  const seconds = Math.floor(Date.parse(resetAt) / 1000);
  return buildNotice('One moment', `You’re going a bit fast. Try again <t:${seconds}:R>.`, accentColors.calm);
}
