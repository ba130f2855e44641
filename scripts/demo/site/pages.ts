import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import type { Config } from '../../../core/config.ts';
import { signShopToken } from '../../../orders/shopToken.ts';
import { demoCustomer, demoHints } from '../orders/seedOrders.ts';
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

  router.get('/', (_request, response) => {
    const cards = products
      .map(
        ([id = '', title = '', , price = '']) =>
          `<a class="card" href="/products/${id}">${picture(id)}<b>${escapeHtml(title)}</b><span>€${price}</span></a>`,
      )
      .join('');
    const hints = demoHints()
      .map(
        ({ number, postcode, what }) =>
          `<tr><td>${number}</td><td>${escapeHtml(postcode)}</td><td>${escapeHtml(what)}</td></tr>`,
      )
      .join('');
    response.type('html').send(
      page(
        config,
        config.shopName,
        `<section class="hero"><div><h1>Things that stay.</h1><p>Lamps, blankets, cups and clothes from small workshops on three continents. Sent from Venlo, Columbus and Ningbo.</p></div>${picture('p-lamp')}</section><section class="grid">${cards}</section>
        <section class="try"><h2>Try it: ask the chat about an order</h2><p>This is a demo shop. These orders can be looked up in the chat with their number and postcode, in English, 中文, Deutsch, Español or العربية.</p><table><thead><tr><th>Order</th><th>Postcode</th><th>What you will see</th></tr></thead><tbody>${hints}</tbody></table><p>Or <button id="sign-in" type="button">sign in as ${escapeHtml(demoCustomer.name)}</button> and ask to cancel an order.</p></section>`,
        { page: 'home' },
      ),
    );
  });

  router.get('/products/:id', (request, response, next) => {
    const product = products.find(([id]) => id === request.params.id);
    if (!product) return next();
    const [id = '', title = '', category = '', price = '', options = ''] = product;
    const choices = options
      .split(',')
      .map((option) => `<li>${escapeHtml(option.replace(':', ': '))}</li>`)
      .join('');
    response
      .type('html')
      .send(
        page(
          config,
          title,
          `<section class="product">${picture(id)}<div><p class="crumb">${escapeHtml(category)}</p><h1>${escapeHtml(title)}</h1><p class="price">€${price}</p><ul>${choices}</ul><p>In stock, packed within two working days. Thirty days to change your mind.</p><button type="button" disabled>Add to basket</button></div></section>`,
          { page: 'product', product: title },
        ),
      );
  });

  router.get('/orders/:number', (request, response, next) => {
    const number = request.params.number ?? '';
    if (!/^HH-\d{5}$/.test(number)) return next();
    response
      .type('html')
      .send(
        page(
          config,
          `Order ${number}`,
          `<section class="try"><h1>Order ${number}</h1><p>Thank you for your order. Questions about it? Open the chat: it knows which order this page is about.</p></section>`,
          { page: 'order', order: number },
        ),
      );
  });
  return router;
}

function page(config: Config, title: string, body: string, context: Record<string, string>): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><link rel="stylesheet" href="/demo.css"></head><body><header><a class="brand" href="/">${escapeHtml(config.shopName)}</a><nav><a href="/help/en">Help</a> <a href="/staff">Staff</a> <span id="who"></span></nav></header><main>${body}</main><footer>${escapeHtml(config.shopName)} is a demo shop. Nothing here is sold.</footer><script src="/widget.js" data-context="${escapeHtml(JSON.stringify(context))}" async></script><script src="/demo.js" defer></script></body></html>`;
}

// The page follows ?lang=… so that the chat can be tried in each language, and keeps the demo customer signed in for the tab.
const script = `const lang=new URLSearchParams(location.search).get('lang');if(lang){document.documentElement.lang=lang;document.documentElement.dir=lang==='ar'?'rtl':'ltr'}
const signIn=async()=>{sessionStorage.setItem('demo','in');const{token}=await(await fetch('/demo/token')).json();document.getElementById('who').textContent='Signed in as Hana Petersen';const go=()=>window.anshin?window.anshin.identify(token):setTimeout(go,100);go();if(window.anshin)await window.anshin.open(),window.anshin.identify(token)};
document.getElementById('sign-in')?.addEventListener('click',signIn);if(sessionStorage.getItem('demo'))signIn();`;

function plain(shopName: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(shopName)}</title></head><body><h1>${escapeHtml(shopName)}</h1><p>The chat runs here. Staff sign in at <a href="/staff">/staff</a>.</p></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
