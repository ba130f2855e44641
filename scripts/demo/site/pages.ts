import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Request, Router } from 'express';
import type { Config } from '../../../core/config.ts';
import { formatMoney, languageName } from '../../../core/format.ts';
import { signShopToken } from '../../../orders/shopToken.ts';
import { demoCustomer, demoHints, demoItems } from '../orders/seedOrders.ts';
import { picture } from './pictures.ts';
import { siteStyle } from './style.ts';

/** The demo shop at `/`: home, products, order pages, with the chat on each. Without the demo only a plain page stands there. */
export function createDemoSite({ config, shopSecret }: { config: Config; shopSecret: string | undefined }): Router {
  const router = Router();
  if (!config.demo || !shopSecret) {
    router.get('/', (_request, response) => {
      response.type('html').send(plain(config.shopName));
    });
    return router;
  }
  const products = readFileSync(join(import.meta.dirname, '../orders/products.tsv'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));

  router.get('/demo.css', (_request, response) => {
    response.type('css').setHeader('Cache-Control', 'public, max-age=300').send(siteStyle);
  });

  router.get('/demo.js', (_request, response) => {
    response.type('js').setHeader('Cache-Control', 'no-store').send(script);
  });

  // What a shop's own server does for a signed-in customer: vouch for them with a short-lived token.
  router.get('/demo/token', async (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') {
      response.status(403).json({});
      return;
    }
    response.json({ token: await signShopToken(demoCustomer, shopSecret) });
  });

  router.get('/', (request, response) => {
    const words = wordsFor(request);
    const cards = products
      .map(
        ([id = '', title = '', , price = '']) =>
          `<a class="card" href="/products/${id}?lang=${words.language}">${picture(id)}<b lang="en">${escapeHtml(title)}</b><span>${words.price(price)}</span></a>`,
      )
      .join('');
    const hints = demoHints()
      .map(
        ({ number, postcode, what }) =>
          `<tr><td><a href="/orders/${number}?lang=${words.language}">${number}</a></td><td>${escapeHtml(postcode)}</td><td>${words.say(what)}</td></tr>`,
      )
      .join('');
    response.type('html').send(
      page(
        config,
        words,
        config.shopName,
        `<section class="hero"><div><h1>${words.say('hero')}</h1><p>${words.say('lead')}</p></div>${picture('p-lamp')}</section><section class="grid">${cards}</section>
        <section class="try"><h2>${words.say('tryTitle')}</h2><p>${words.say('tryText')}</p><table><thead><tr><th>${words.say('tryOrder')}</th><th>${words.say('tryPostcode')}</th><th>${words.say('trySee')}</th></tr></thead><tbody>${hints}</tbody></table><p><button id="sign-in" type="button">${words.say('signIn', { name: demoCustomer.name })}</button> ${words.say('signInHint')}</p></section>`,
        { page: 'home' },
      ),
    );
  });

  router.get('/products/:id', (request, response, next) => {
    const product = products.find(([id]) => id === request.params.id);
    if (!product) return next();
    const words = wordsFor(request);
    const [id = '', title = '', category = '', price = '', options = ''] = product;
    const choices = options
      .split(',')
      .map((option) => {
        const [kind = '', value = ''] = option.split(':');
        return `<li>${words.say(`option.${kind}`)}: <bdi>${words.value(value)}</bdi></li>`;
      })
      .join('');
    response
      .type('html')
      .send(
        page(
          config,
          words,
          title,
          `<section class="product">${picture(id)}<div><p class="crumb">${words.say(`category.${category}`)}</p><h1 lang="en">${escapeHtml(title)}</h1><p class="price">${words.price(price)}</p><ul>${choices}</ul><p>${words.say('stock')}</p><button type="button" disabled>${words.say('basket')}</button></div></section>`,
          { page: 'product', product: title },
        ),
      );
  });

  router.get('/orders/:number', (request, response, next) => {
    const words = wordsFor(request);
    const number = request.params.number ?? '';
    if (!/^HH-\d{5}$/.test(number)) return next();
    // The orders that stand on the home page to be tried; of any other nothing is told here.
    const items = demoItems(number)
      .flatMap(({ id, quantity }) => {
        const title = products.find(([product]) => product === id)?.[1];
        return title
          ? [`<div class="card">${picture(id)}<b lang="en">${escapeHtml(title)}</b><span>× ${quantity}</span></div>`]
          : [];
      })
      .join('');
    response
      .type('html')
      .send(
        page(
          config,
          words,
          words.say('orderTitle', { number }),
          `<section class="try"><h1>${words.say('orderTitle', { number })}</h1><p>${words.say('orderText')}</p></section>${items ? `<section class="items"><h2>${words.say('orderItems')}</h2><div class="grid">${items}</div></section>` : ''}`,
          { page: 'order', order: number },
        ),
      );
  });
  return router;
}

function page(config: Config, words: Words, title: string, body: string, context: Record<string, string>): string {
  const { language, say } = words;
  const others = words.languages
    .map((tag) => `<option value="${tag}"${tag === language ? ' selected' : ''}>${languageName(tag)}</option>`)
    .join('');
  return `<!doctype html><html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><link rel="stylesheet" href="/demo.css"></head><body data-signed-in="${say('signedIn', { name: demoCustomer.name })}"><header><a class="brand" href="/?lang=${language}">${escapeHtml(config.shopName)}</a><nav><label><span class="hidden">${say('language')}</span><select id="language">${others}</select></label> <a href="/help/${language}">${say('help')}</a> <a href="/staff">${say('staff')}</a> <span id="who"></span></nav></header><main>${body}</main><footer>${say('footer', { shop: config.shopName })}</footer><script src="/widget.js" data-context="${escapeHtml(JSON.stringify(context))}" async></script><script src="/demo.js" defer></script></body></html>`;
}

type Words = {
  language: string;
  languages: string[];
  say(key: string, values?: Record<string, string>): string;
  /** A value of an option: a word of the language, or a size as it is. */
  value(name: string): string;
  price(euros: string): string;
};

const words = new Map<string, Record<string, string>>(
  readdirSync(join(import.meta.dirname, 'locales'))
    .sort()
    .map((name) => [
      name.slice(0, -'.json'.length),
      JSON.parse(readFileSync(join(import.meta.dirname, 'locales', name), 'utf8')),
    ]),
);

// The language of the address, else the browser's.
function wordsFor(request: Request): Words {
  const languages = [...words.keys()];
  const asked = typeof request.query.lang === 'string' ? request.query.lang.slice(0, 2) : '';
  const language = words.has(asked) ? asked : request.acceptsLanguages(languages) || 'en';
  const known = words.get(language) ?? {};
  return {
    language,
    languages,
    say: (key, values = {}) =>
      escapeHtml(known[key] ?? key).replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => escapeHtml(values[name] ?? '')),
    value: (name) => escapeHtml(known[`value.${name}`] ?? name),
    price: (euros) => escapeHtml(formatMoney(language, { amount: euros, currency: 'EUR' })),
  };
}

// The demo customer stays signed in for the tab.
const script = `const choice=document.getElementById('language');choice?.addEventListener('change',()=>{const url=new URL(location);url.searchParams.set('lang',choice.value);location=url});
// Strict settings refuse storage: the demo customer is then signed in for the page.
const kept=(use)=>{try{return use(sessionStorage)}catch{return null}};
const signIn=async()=>{kept(s=>s.setItem('demo','in'));const{token}=await(await fetch('/demo/token')).json();document.getElementById('who').textContent=document.body.dataset.signedIn;const go=()=>window.anshin?window.anshin.identify(token):setTimeout(go,100);go();if(window.anshin)await window.anshin.open(),window.anshin.identify(token)};
document.getElementById('sign-in')?.addEventListener('click',signIn);if(kept(s=>s.getItem('demo')))signIn();`;

function plain(shopName: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(shopName)}</title></head><body><h1>${escapeHtml(shopName)}</h1><p>The chat runs here. Staff sign in at <a href="/staff">/staff</a>.</p></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
