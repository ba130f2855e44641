/** The chat's style sheet, set on the shadow root as a constructed sheet: the host page's policy needs no exception for it. */
export const chatStyle = `
:host{all:initial}
*{box-sizing:border-box}
.panel{--paper:#fbfaf7;--card:#fff;--ink:#1c2321;--soft:#5c6763;--line:#dfe3df;--teal:#0b6b63;--own:#0b6b63;--ontone:#fff;--amber:#8a5a00;--red:#b3261e;
position:fixed;bottom:20px;width:390px;height:min(640px,calc(100vh - 40px));display:flex;flex-direction:column;background:var(--paper);color:var(--ink);border-radius:12px;box-shadow:0 8px 40px #0004;z-index:2147483000;overflow:hidden;
font:16px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans CJK SC","Noto Sans SC","Noto Sans Arabic",sans-serif;text-align:start}
.panel.end{inset-inline-end:20px}.panel.start{inset-inline-start:20px}
.panel[dir=rtl].end{right:20px;left:auto}.panel[dir=rtl].start{left:20px;right:auto}
@media(prefers-color-scheme:dark){.panel{--paper:#151a19;--card:#1e2524;--ink:#e8ece9;--soft:#a3aeaa;--line:#2f3937;--teal:#5cc4b8;--own:#12584f;--ontone:#fff;--amber:#e6b450;--red:#ff8a80}}
.top{display:flex;align-items:center;gap:4px;padding:8px 8px 8px 16px;border-bottom:1px solid var(--line);background:var(--card)}
[dir=rtl] .top{padding:8px 16px 8px 8px}.top strong{flex:1;font-size:16px}
button{font:inherit;color:inherit;cursor:pointer}
button:focus-visible,a:focus-visible,textarea:focus-visible,.list:focus-visible{outline:2px solid var(--teal);outline-offset:2px}.list:focus-visible{outline-offset:-2px}
.icon{min-width:44px;height:44px;border:0;background:none;border-radius:8px;font-size:13px;color:var(--soft)}.icon:hover{background:var(--line)}
svg{width:22px;height:22px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;display:block;margin:auto}
.menu{padding:8px 16px;border-bottom:1px solid var(--line);background:var(--card);max-height:50%;overflow-y:auto;flex-shrink:0}.menu fieldset{display:flex;flex-wrap:wrap;gap:8px;padding:0;margin:0;border:0}.menu legend{position:absolute;clip-path:inset(50%)}
.menu>.link{margin-inline-end:20px}.menu fieldset button{min-height:44px;padding:0 14px;border:1px solid var(--line);border-radius:22px;background:none}.menu fieldset [aria-pressed=true]{border-color:var(--teal);color:var(--teal);font-weight:600}
.list{flex:1;overflow-y:auto;padding:16px;display:flex;flex-direction:column;gap:8px;overscroll-behavior:contain}
.welcome{margin:0 0 8px;color:var(--soft);font-size:14px}
.row{display:flex;flex-direction:column;align-items:flex-start;max-width:100%}.row.customer{align-items:flex-end}.row.system{align-items:center}
.speaker{font-size:13px;color:var(--soft);margin:4px 4px 2px}
.bubble{max-width:88%;padding:10px 14px;border-radius:12px;background:var(--card);border:1px solid var(--line);overflow-wrap:anywhere;unicode-bidi:plaintext;white-space:pre-line}
.customer .bubble{background:var(--own);color:var(--ontone);border-color:transparent}.system .bubble{background:none;border:0;color:var(--soft);font-size:14px;text-align:center}
.bubble.pending{opacity:.75}.bubble p,.bubble ul,.bubble ol{margin:0}.bubble p+p,.bubble p+ul,.bubble p+ol,.bubble *+section,.bubble *+.article{margin-top:8px}.bubble ul,.bubble ol:not(.events){padding-inline-start:20px}
.bubble a{color:var(--teal)}.customer .bubble a{color:inherit}
small{font-size:13px;color:var(--soft)}small.retrying{color:var(--amber)}small.refused,.retry{color:var(--red)}.retry{border:0;background:none;text-decoration:underline;padding:8px 0}
.choices{display:flex;flex-wrap:wrap;gap:8px;margin-top:8px}.choices button{min-height:44px;padding:8px 14px;border:1px solid var(--teal);border-radius:22px;background:var(--card);color:var(--teal);text-align:start}.choices button:hover{background:var(--teal);color:var(--paper)}
.order{display:flex;flex-direction:column;gap:6px;min-width:240px;white-space:normal}.head{display:flex;justify-content:space-between;gap:12px;align-items:baseline}
.parcel{border-top:1px solid var(--line);padding-top:8px;display:flex;flex-direction:column;gap:2px}
.status{font-size:13px;font-weight:600;color:var(--teal);text-align:end}.status.customs_held,.status.duties_due,.status.delivery_failed,.status.available_for_pickup,.status.import_customs,.status.export_customs{color:var(--amber)}.status.lost,.status.exception,.status.returned_to_sender,.status.cancelled{color:var(--red)}
.events{list-style:none;margin:4px 0 0;padding:0;border-inline-start:2px solid var(--line)}.events li{padding-inline-start:12px;position:relative;display:flex;flex-direction:column}.events li:before{content:"";position:absolute;inset-inline-start:-5px;top:8px;width:8px;height:8px;border-radius:4px;background:var(--line)}.events li:first-child:before{background:var(--teal)}
.article{display:flex;justify-content:space-between;gap:12px;align-items:center;min-height:44px;padding:8px 12px;border:1px solid var(--line);border-radius:8px;text-decoration:none;color:var(--ink)!important;background:var(--paper);white-space:normal}.article small{color:var(--teal);white-space:nowrap}
.photo img{display:block;max-width:100%;width:auto;height:auto;max-height:260px;border-radius:8px}.customer .bubble:has(.photo){padding:6px}
.draft{opacity:.85;border-style:dashed}.earlier{align-self:center}
.vote{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;font-size:14px;color:var(--soft);padding-inline-start:4px}.vote button{min-height:44px;min-width:44px;padding:0 10px;border:0;background:none;color:var(--teal);text-decoration:underline}
.photos{list-style:none;width:100%;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:8px}.photos li{display:flex;align-items:center;gap:8px;min-height:56px;padding:4px;border:1px solid var(--line);border-radius:8px;font-size:14px;max-width:100%}.photos img{width:48px;height:48px;object-fit:cover;border-radius:6px}.photos .refused{color:var(--red)}.photos span{overflow-wrap:anywhere}.photos button{min-width:44px;height:44px;border:0;background:none;font-size:20px}
.spin{width:20px;height:20px;margin:14px;border:2px solid var(--line);border-top-color:var(--teal);border-radius:50%;animation:s 1s linear infinite}@keyframes s{to{transform:rotate(1turn)}}
.attach{padding:0;min-width:44px}
.typing{display:flex;gap:4px;padding:14px}.typing i{width:7px;height:7px;border-radius:4px;background:var(--soft);animation:b 1s infinite alternate}.typing i:nth-child(2){animation-delay:.2s}.typing i:nth-child(3){animation-delay:.4s}@keyframes b{to{opacity:.2}}
.state{display:flex;flex-wrap:wrap;gap:8px;align-items:center;justify-content:space-between;padding:0 16px;font-size:14px;color:var(--soft)}.state:not(:empty){padding:8px 16px;border-top:1px solid var(--line)}
.link{border:0;background:none;color:var(--teal);text-decoration:underline;min-height:44px;padding:0}
.composer{display:flex;flex-wrap:wrap;gap:8px;padding:8px 12px;border-top:1px solid var(--line);background:var(--card)}
textarea{flex:1;min-height:44px;max-height:132px;field-sizing:content;resize:none;padding:10px 12px;border:1px solid var(--line);border-radius:12px;background:var(--paper);color:inherit;font:inherit}
textarea::placeholder{color:var(--soft)}
.send{width:44px;height:44px;border:0;border-radius:22px;background:var(--teal);color:var(--paper)}.send:disabled{background:var(--line);color:var(--soft);cursor:default}[dir=rtl] .send svg{transform:scaleX(-1)}
.composer{align-items:end}.composer small{width:100%;color:var(--red)}
.person{min-height:44px;border:0;border-top:1px solid var(--line);background:none;color:var(--teal);font-size:15px}.person:hover{background:var(--line)}
@media(max-width:480px){.panel,.panel[dir].end,.panel[dir].start{inset:var(--top,0) 0 auto 0;width:100%;height:var(--height,100dvh);border-radius:0}}
@media(prefers-reduced-motion:reduce){*{animation:none!important}}
`;
