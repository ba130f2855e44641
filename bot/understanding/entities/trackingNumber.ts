import { dpd, fedex, gs1, identcode, luhn, mod7, s10, ups } from './checkDigits.ts';

/** Whether a code (upper case, without spaces) is a tracking number of a carrier whose numbers check themselves or have a form of their own. */
export function isTrackingNumber(code: string): boolean {
  return trackingCarriers(code, 'form').length > 0;
}

/**
 * The carriers whose numbers look like this, the surest first. `form` asks for those that nothing else looks like, `check` also
 * for rows of digits whose check digit is right, `length` for any row of digits that a carrier would use: then words must tell.
 */
export function trackingCarriers(code: string, by: 'form' | 'check' | 'length'): string[] {
  if (code.length < 8 || code.length > 34 || !/\d{4}/.test(code)) return [];
  const asked = levels.indexOf(by);
  return forms
    .filter(([, level, pattern, check]) => {
      if (levels.indexOf(level) > asked || !pattern.test(code)) return false;
      return check ? check(code) : true;
    })
    .map(([carrier]) => carrier);
}

const levels = ['form', 'check', 'length'];

type Form = [carrier: string, level: 'form' | 'check' | 'length', pattern: RegExp, check?: (code: string) => boolean];

const forms: Form[] = [
  // Posts of all countries: registered, parcels, EMS; Royal Mail, Correos, Correios, La Poste, Poste Italiane, bpost, Japan Post, Korea Post too.
  ['post', 'form', /^[A-Z]{2}\d{9}[A-Z]{2}$/, s10],
  ['ups', 'form', /^1Z[\dA-Z]{15}\d$/, ups],
  ['dhl', 'form', /^(?:JJD|JVGL|JD)\d{10,20}$/],
  ['dhl', 'form', /^GM\d{16,20}$/],
  ['dhl', 'form', /^00\d{18}$/, (code) => gs1(code.slice(2))],
  ['usps', 'form', /^(?:9[1-5]\d{20}|420\d{5}9[1-5]\d{20}|420\d{9}9[1-5]\d{20})$/, (code) => gs1(code.slice(-22))],
  ['sf', 'form', /^SF\d{12,15}$/],
  ['yunexpress', 'form', /^YT\d{16}$/],
  ['yto', 'form', /^YT\d{13}$/],
  ['4px', 'form', /^4PX\d{10,16}(?:CN)?$/],
  ['cainiao', 'form', /^(?:LP\d{14,16}|CAINIAO\d{9,18}|CNG\d{14,17}|CNBR\d{8,12})$/],
  ['yanwen', 'form', /^(?:YW|UJ|UG)\d{9,12}(?:CN|YP)?$/],
  ['jd', 'form', /^JD[VXAZ]\d{11,13}(?:-\d{1,2}){0,3}$/],
  ['jt', 'form', /^JT\d{13}$/],
  ['amazon', 'form', /^TB[AMC]\d{12}$/],
  ['postnl', 'form', /^3S[A-Z]{2,6}\d{7,13}$/],
  ['evri', 'form', /^[A-Z]\d{2}[A-Z\d]{3}\d{10}$/],
  ['correos', 'form', /^P[A-Z]\d?[A-Z]{2,4}\d{14,19}[A-Z]$/],
  ['colissimo', 'form', /^\d[A-Z]\d{11}$/],
  ['bpost', 'form', /^323\d{21}$/],
  ['royal-mail', 'form', /^[A-Z]{2}\d{9}GB$/, s10],
  ['dpd', 'form', /^\d{14}[A-Z]$/, dpd],
  // Rows of digits whose last one checks them.
  ['fedex', 'check', /^\d{12}$/, fedex],
  ['fedex', 'check', /^\d{15}$/, gs1],
  ['fedex', 'check', /^96\d{20}$/, (code) => gs1(code.slice(-15))],
  ['usps', 'check', /^\d{20}$/, gs1],
  ['yamato', 'check', /^\d{12}$/, mod7],
  ['dhl', 'check', /^\d{12}$/, identcode],
  ['dpd', 'check', /^\d{15}$/, dpd],
  // Rows of digits that nothing checks, or that too much fits: the carrier's name or words around them must tell.
  ['dhl-express', 'length', /^\d{10}$/, mod7],
  ['cj', 'length', /^\d{10}$/, mod7],
  ['gls', 'length', /^Z[A-Z\d]{7}$/],
  ['carrier', 'length', /^\d{8,15}$/],
  ['carrier', 'length', /^\d{16}$/, (code) => !luhn(code)],
  ['carrier', 'length', /^\d{17,26}$/],
  ['carrier', 'length', /^[A-Z]{1,4}\d{8,20}[A-Z]{0,2}$/, (code) => !/^[A-Z]{2}\d{9}[A-Z]{2}$/.test(code)],
];
