import { createHash } from 'node:crypto';
import type { Response, Router } from 'express';
import express from 'express';
import { findCard } from './cards.ts';
import { authenticate } from './intents.ts';
import { formatMoney } from './money.ts';
import type { Intent } from './objects.ts';
import type { Emulator } from './operations.ts';
import { commitChange } from './operations.ts';

/** The buyer's bank in 3-D Secure: one page without scripts, with an approve and a decline button. */
export function bankPage(emulator: Emulator): Router {
  const { store, publicOrigin } = emulator;
  const bank = express.Router();

  bank.get('/:id', (req, res) => {
    const intent = store.intents.get(req.params.id);
    if (intent?.status !== 'requires_action') return sendNotPending(res, intent, publicOrigin);
    sendPage(res, 200, 'Confirm your payment', approvalForm(intent), returnUrl(intent, publicOrigin));
  });

  for (const [answer, isApproved] of [
    ['approve', true],
    ['decline', false],
  ] as const) {
    bank.post(`/:id/${answer}`, async (req, res) => {
      const intent = store.intents.get(req.params.id);
      if (intent?.status !== 'requires_action') return sendNotPending(res, intent, publicOrigin);
      const change = authenticate(intent, isApproved);
      await commitChange(emulator, change, { requestId: null, key: null });
      res.redirect(303, returnUrl(change.intent, publicOrigin).href);
    });
  }

  bank.use((_req, res) => sendNotPending(res, undefined, publicOrigin));
  return bank;
}

/** The shop's page to return to, with the query parameters that Stripe adds. */
function returnUrl(intent: Intent, publicOrigin: string): URL {
  const url = new URL(intent.emulator.returnUrl ?? publicOrigin);
  url.searchParams.set('payment_intent', intent.id);
  url.searchParams.set('payment_intent_client_secret', intent.client_secret);
  const succeeded = intent.status === 'requires_capture' || intent.status === 'succeeded';
  url.searchParams.set('redirect_status', succeeded ? 'succeeded' : 'failed');
  return url;
}

function approvalForm(intent: Intent): string {
  const { last4 } = findCard(intent.emulator.card ?? '');
  const address = `/stripe-emulator/bank/${intent.id}`;
  return `<p>A shop asks for your approval.</p>
<dl>
<div><dt>Shop</dt><dd>Ticketing</dd></div>
${intent.description ? `<div><dt>For</dt><dd>${escapeHtml(intent.description)}</dd></div>` : ''}
<div><dt>Amount</dt><dd><strong>${escapeHtml(formatMoney(intent.amount, intent.currency))}</strong> ${escapeHtml(intent.currency.toUpperCase())}</dd></div>
<div><dt>Card</dt><dd>ending in ${last4}</dd></div>
</dl>
<div class="answers">
<form method="post" action="${address}/approve"><button class="yes">Approve</button></form>
<form method="post" action="${address}/decline"><button>Decline</button></form>
</div>`;
}

function sendNotPending(res: Response, intent: Intent | undefined, publicOrigin: string): void {
  const title = intent ? 'Nothing to confirm' : 'Payment not found';
  const reasons: Partial<Record<Intent['status'], string>> = {
    canceled: 'The shop has canceled this payment. Your card was not charged.',
    requires_capture: 'You have already approved this payment.',
    succeeded: 'You have already approved this payment.',
    requires_payment_method: 'This payment was declined. Go back to the shop to try another card.',
  };
  const why = intent
    ? (reasons[intent.status] ?? 'This payment does not need your approval.')
    : 'There is no payment at this address. Check the link and try again.';
  const back = intent ? returnUrl(intent, publicOrigin) : new URL(publicOrigin);
  const body = `<p>${why}</p>\n<p><a href="${escapeHtml(back.href)}">Back to the shop</a></p>`;
  sendPage(res, intent ? 409 : 404, title, body, back);
}

const STYLE = `:root{color-scheme:light dark;--ink:#1a1d24;--paper:#fff;--ground:#eef1f6;--line:#c9d0dc;--go:#0b5d3b}
@media (prefers-color-scheme:dark){:root{--ink:#eceff5;--paper:#1b2029;--ground:#0f1218;--line:#3b4453;--go:#1d7a52}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
header{padding:.6rem 1rem;background:#ffd447;color:#1a1d24;text-align:center;font-weight:600}
main{width:min(26rem,100% - 2rem);margin:6vh auto;padding:1.5rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 .5rem;font-size:1.4rem}dl{margin:1rem 0}dl div{display:flex;justify-content:space-between;gap:1rem;padding:.5rem 0;border-top:1px solid var(--line)}
dd{margin:0;text-align:right;overflow-wrap:anywhere}.answers{display:flex;flex-wrap:wrap;gap:.75rem}form{flex:1 1 9rem}
button{width:100%;min-height:3rem;border:1px solid var(--ink);border-radius:.5rem;background:transparent;color:inherit;font:inherit;font-weight:600;cursor:pointer}
.yes{background:var(--go);border-color:var(--go);color:#fff}a{color:inherit}:focus-visible{outline:3px solid #3b82f6;outline-offset:2px}`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

function sendPage(res: Response, status: number, title: string, body: string, back: URL): void {
  res.status(status).set({
    'cache-control': 'no-store',
    // Browsers apply form-action to the redirect after the form as well, so the shop's origin is listed.
    'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self' ${back.origin}; frame-ancestors 'none'; base-uri 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  res.type('html').send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – Test Bank</title>
<style>${STYLE}</style>
</head>
<body>
<header>TEST MODE – this is not a real bank, and no card is charged</header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
