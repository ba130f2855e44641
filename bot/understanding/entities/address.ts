import type { Candidate, Context } from './types.ts';

/** A new address: what follows "new address:", "send it to" and the like, when it has a street with its number or a town with its postcode. */
export function findAddresses({ source: { text, lower }, asked }: Context): Candidate[] {
  const found: Candidate[] = [];
  const read = (from: number) => {
    const rest = text.slice(from, from + longest);
    const lead =
      /^[\s:：,，;>-]{0,4}(?:(?:is|to|ist|lautet|an|nach|es|est|è|é|a|à|al|ao|para|naar|aan|на|по адресу|الي|هو|是|为|は|는|은)(?![\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Arabic}])[\s:：]{0,3})?/iu.exec(
        rest,
      )?.[0].length ?? 0;
    const body = rest.slice(lead);
    const end = stop.exec(body)?.index ?? body.length;
    const address = body.slice(0, end).replace(/[\s,.;、，]+$/u, '');
    if (address.length < 6 || !isAddress(address)) return;
    found.push({ name: 'new_address', rule: 'address', start: from + lead, end: from + lead + address.length });
  };
  for (const match of lower.matchAll(cues)) read(match.index + match[0].length);
  if (asked === 'address' && found.length === 0) read(0);
  return found.slice(0, 2);
}

const longest = 160;

const cues =
  /(?:new|correct|right|updated|other|different|delivery|shipping) address|(?:deliver|send|ship|redirect|forward|change)(?: (?:it|this|that|the (?:parcel|order|package)|my (?:parcel|order|package)|address|(?:the |my )?address)){0,2} to|(?:neue|richtige|korrekte|andere) (?:liefer|versand)?(?:adresse|anschrift)|lieferadresse|(?:liefern|senden|schicken)(?: sie)?(?: es)? (?:an|nach)|(?:nouvelle|bonne) adresse|adresse (?:de livraison|correcte)|(?:livrer|envoyer|expédier) (?:à|au)|(?:nueva|otra|correcta) dirección|dirección (?:nueva|correcta|de envío|de entrega)|(?:enviar|envíen|envíenlo|mandar|manden)(?:lo)? a|nuovo indirizzo|indirizzo (?:nuovo|giusto|corretto|di spedizione|di consegna)|(?:spedire|spedite|inviare|mandare|consegnare)(?:lo)? (?:a|in)|(?:novo|outro) endereço|nova morada|endereço (?:novo|certo|correto|de entrega)|(?:enviar|entregar|mandar) para|(?:nieuwe?|juiste|ander) (?:bezorg|aflever)?adres|bezorgadres|(?:sturen|bezorgen|leveren) (?:naar|op|aan)|новый адрес|новому адресу|правильный адрес|адрес доставки|(?:отправ|достав|вышл)\p{L}{2,6} (?:на|по адресу)|العنوان الجديد|عنوان جديد|العنوان الصحيح|ارسلوه الي|التوصيل الي|新地址|地址(?:改成|改为|改為|换成|更改为|是|：|:)|(?:送|寄|发)(?:到|去)|新しい住所|住所(?:は|：|:|を)|お届け先(?:は|：|:|を)?|配送先(?:は|：|:|を)?|새 ?주소|새로운 주소|주소(?:는|를|:)|배송지(?:는|를|:)?/gu;

// The end of the sentence; a dot after an abbreviation or before a number is none.
const stop =
  /(?<=[\p{Ll}\d]{3})[.!?]\s+(?=\p{L})|[!?。！？؟;]|\s(?:please|thanks|thank you|bitte|danke|merci|gracias|grazie|obrigad[oa]|bedankt|спасибо|пожалуйста|شكرا)(?!\p{L})|(?:です|でお願い|してください|にお願い|に変更|へ変更|に送って|으로 |로 보내|로 변경|로 바꿔)/iu;

const street = [
  /\d{1,5} ?[a-z]?,? (?:[\p{L}'’.-]{1,30} ){0,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|crescent|square|terrace|boulevard|blvd|way|place|pl)(?![\p{L}])/iu,
  /[\p{L}.-]{2,40}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|gracht|plein|kade|dijk|singel|markt|hof) ?\d{1,4}/iu,
  /(?<!\p{L})(?:rue|avenue|av\.?|boulevard|bd|place|chemin|allée|quai|impasse|via|viale|piazza|corso|largo|vicolo|calle|c\/|avenida|avda\.?|plaza|paseo|camino|rua|travessa|praça|estrada|alameda|am|an der|im|auf der)(?: [\p{L}'’.-]{1,30}){1,5},?(?: n?[º°]?)? ?\d{1,5}/iu,
  /\d{1,5}(?: ?(?:bis|ter))?,? (?:rue|avenue|av\.?|boulevard|bd|place|chemin|allée|quai|impasse|cours|route) /iu,
  /(?:улица|ул\.?|проспект|пр-т|пр\.|переулок|пер\.|бульвар|наб\.|шоссе) ?[\p{L} .-]{2,40},? ?(?:д\.?|дом)? ?\d/iu,
  /(?:شارع|طريق|حي|مبني|عماره|شقه) ?[\u0621-\u064a\d]/u,
  /(?:路|街|道|巷|弄|胡同|区|區|小区|大厦).{0,12}\d{1,5} ?[号號弄栋室楼]?/u,
  /(?:都|道|府|県|市|区|町|村).{0,16}\d{1,4}(?:丁目|番|号|-\d)/u,
  /[\p{sc=Hangul}\d]{1,10}(?:로|길|동|읍|면) ?\d{1,4}/u,
];
const townWithCode =
  /(?<![\p{L}\d])(?:\d{4,6}|\d{4} ?[A-Z]{2}|\d{5}-\d{3}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}),? \p{Lu}\p{Ll}{2,}|\p{Lu}\p{Ll}{2,},? (?:[A-Z]{2} )?(?:\d{5}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?!\d)/u;

function isAddress(written: string): boolean {
  return street.some((pattern) => pattern.test(written)) || townWithCode.test(written);
}
