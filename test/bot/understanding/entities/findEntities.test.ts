import { expect, test } from 'vitest';
import { findEntities } from '../../../../bot/understanding/entities/findEntities.ts';
import type { EntityOptions } from '../../../../bot/understanding/entities/types.ts';

// What a text says, as "kind=as written"; products are left to their own test, for their words grow by themselves.
function values(text: string, options: EntityOptions): string[] {
  const found = findEntities(text, options);
  for (const entity of found) expect(text.slice(entity.start, entity.end)).toBe(entity.text);
  return found
    .filter(({ name }) => name !== 'product' && name !== 'reason')
    .map(({ name, text: written }) => `${name}=${written}`);
}

test.each([
  // Order numbers: forms, words around them, dictation, digits of other scripts, spaces and marks inside.
  ['en', 'where is #10045 and a-5521?', 'order_number=#10045', 'order_number=a-5521'],
  ['en', 'my order 24 817 please', 'order_number=24 817'],
  ['en', 'order two four double eight one', 'order_number=two four double eight one'],
  ['en', 'my marketplace order is 112-3456789-1234567', 'order_number=112-3456789-1234567'],
  ['en', 'HH-24817, no, HH-24816', 'order_number=HH-24817', 'order_number=HH-24816'],
  ['en', 'invoice 883120 of AB123456', 'order_number=AB123456'],
  ['de', 'Bestellung HH Strich zwei vier acht eins sieben', 'order_number=HH Strich zwei vier acht eins sieben'],
  ['de', 'Auftrag Nr. 10045 vom 12.03.2024', 'order_number=10045', 'date=12.03.2024'],
  ['fr', 'commande cinq cinq deux un zéro', 'order_number=cinq cinq deux un zéro'],
  ['es', 'mi pedido nº 55120 no llega', 'order_number=55120'],
  ['it', 'ordine n. 10045', 'order_number=10045'],
  ['pt', 'o pedido 10045 cadê', 'order_number=10045'],
  ['nl', 'bestelnummer: 10045', 'order_number=10045'],
  ['ru', 'заказ №24817', 'order_number=24817'],
  ['ar', 'طلبي رقم ٢٤٨١٧', 'order_number=٢٤٨١٧'],
  ['zh', '订单号二四八一七', 'order_number=二四八一七'],
  ['zh', '，HH-24817怎么还没到', 'order_number=HH-24817'],
  ['ja', '注文番号は１２３４５６です', 'order_number=１２３４５６'],
  ['ko', '주문번호 일이삼사오', 'order_number=일이삼사오'],
  // E-mail and phone.
  ['en', 'anna dot smith at example dot com', 'email=anna dot smith at example dot com'],
  ['en', 'look at example.com'],
  ['de', 'anna @ example . de', 'email=anna @ example . de'],
  ['zh', '邮箱是li.wei@example.cn谢谢', 'email=li.wei@example.cn'],
  ['ja', 'ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ', 'email=ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ'],
  ['de', 'Tel. 0171/5551234', 'phone=0171/5551234'],
  ['fr', 'mon numéro 06 12 34 56 78', 'phone=06 12 34 56 78'],
  ['es', 'llámame al 612 34 56 78', 'phone=612 34 56 78'],
  ['it', 'il mio numero è 333 123 4567', 'phone=333 123 4567'],
  ['pt', 'meu zap é (11) 91234-5678', 'phone=(11) 91234-5678'],
  ['nl', 'bel 06-12345678', 'phone=06-12345678'],
  ['ru', 'звоните 8 (912) 345-67-89', 'phone=8 (912) 345-67-89'],
  ['ar', 'جوالي ٠٥٥١٢٣٤٥٦٧', 'phone=٠٥٥١٢٣٤٥٦٧'],
  ['ja', '携帯は090-1234-5678', 'phone=090-1234-5678'],
  ['ko', '010-1234-5678로 연락 주세요', 'phone=010-1234-5678'],
  ['zh', '手机13800138000', 'phone=13800138000'],
  // Dates and amounts.
  ['en', 'between 3 June and July 5th, 2024', 'date=3 June', 'date=July 5th, 2024'],
  ['en', '3-5 June, 3 out of 5', 'date=3-5 June'],
  ['de', 'vom 3. bis 5. Juni für 1.234,50 €', 'date=3. bis 5. Juni', 'amount=1.234,50 €'],
  ['fr', 'le 1er mars, 38 euros 50', 'date=1er mars', 'amount=38 euros 50'],
  ['es', 'del 3 al 5 de junio', 'date=3 al 5 de junio'],
  ['it', 'il 3 agosto ho pagato €12', 'date=3 agosto', 'amount=€12'],
  ['pt', '5 de março de 2025, R$ 250,90', 'date=5 de março de 2025', 'amount=R$ 250,90'],
  ['nl', 'op 3 mei 20 euro', 'date=3 mei', 'amount=20 euro'],
  ['ru', '15 января списали 1 500 рублей', 'date=15 января', 'amount=1 500 рублей'],
  ['ar', 'يوم ١٥ يناير دفعت ٢٥٠ ريال', 'date=١٥ يناير', 'amount=٢٥٠ ريال'],
  ['zh', '三月十二日付了1.2万元', 'date=三月十二日', 'amount=1.2万元'],
  ['ja', '12月25日から28日、3,980円', 'date=12月25日から28日', 'amount=3,980円'],
  ['ko', '3월 5일에 5만원', 'date=3월 5일', 'amount=5만원'],
  // Places.
  ['en', 'ship to the US, not to us', 'country=US'],
  ['de', 'nach Österreich, Wien', 'country=Österreich', 'city=Wien'],
  ['fr', 'livrez-vous en Suisse à Genève ?', 'country=Suisse', 'city=Genève'],
  ['es', 'desde Alemania a Múnich', 'country=Alemania', 'city=Múnich'],
  ['ru', 'из Польши в Южную Корею через Москву', 'country=Польши', 'country=Южную Корею', 'city=Москву'],
  ['ru', 'того заказа мало'],
  ['ar', 'للسعودية وبالكويت الى دبي', 'country=للسعودية', 'country=الكويت', 'city=دبي'],
  ['ja', 'インドネシアへ。大阪から', 'country=インドネシア', 'city=大阪'],
  ['ko', '독일로, 서울에서', 'country=독일', 'city=서울'],
  ['zh', '寄到美国纽约', 'country=美国', 'city=纽约'],
  ['it', 'in Germania, a Monaco di Baviera', 'country=Germania', 'city=Monaco di Baviera'],
  // Postcodes and addresses.
  ['en', 'I live in SW1A 1AA', 'postcode=SW1A 1AA'],
  ['en', 'HH-24817 24103', 'order_number=HH-24817', 'postcode=24103'],
  ['ko', '주문번호 HH-24817 우편번호 06236', 'order_number=HH-24817', 'postcode=06236'],
  ['ar', 'الرمز البريدي ١٢٣٤٥', 'postcode=١٢٣٤٥'],
  ['pt', 'CEP 01310-100', 'postcode=01310-100'],
  [
    'de',
    'Neue Adresse: Lindenstraße 12a, 24103 Kiel bitte',
    'new_address=Lindenstraße 12a, 24103 Kiel',
    'postcode=24103',
    'city=Kiel',
  ],
  [
    'en',
    'send it to 17 Larch Tree Road, Leeds LS1 4AP thanks',
    'new_address=17 Larch Tree Road, Leeds LS1 4AP',
    'city=Leeds',
    'postcode=LS1 4AP',
  ],
  ['zh', '地址改成北京市朝阳区建国路88号', 'new_address=北京市朝阳区建国路88号', 'city=北京'],
  ['ja', '新しい住所は渋谷区神南1-19-11です', 'new_address=渋谷区神南1-19-11'],
  // Quantities.
  ['en', 'two of the six arrived', 'quantity=two'],
  ['ja', '3枚だけ', 'quantity=3枚'],
  ['ko', '두 개만 왔어요', 'quantity=두 개'],
  ['zh', '只收到两个', 'quantity=两个'],
  ['de', '3 Stück fehlen', 'quantity=3'],
  // Numbers that are nothing of these.
  ['en', 'it is 24817 mm wide, I have 50000 points, iPhone 15, A4, WH1000XM4'],
  ['en', 'card 4111 1111 1111 1111'],
  ['en', 'see https://shop.example/p/24817'],
  ['de', 'Kundennummer 883120'],
])('%s: "%s"', (language, text, ...expected) => {
  expect(values(text, { language }).sort()).toEqual(expected.sort());
});

test('what was asked decides what a bare number is', () => {
  expect(values('24817', { expecting: 'number' })).toEqual(['order_number=24817']);
  expect(values('817', { expecting: 'number' })).toEqual(['order_number=817']);
  expect(values('24103', { expecting: 'proof' })).toEqual(['postcode=24103']);
  expect(values('12345678901', { expecting: 'tracking_number' })).toEqual(['tracking_number=12345678901']);
  expect(values('HH-24809 69002', { expecting: 'number' })).toEqual(['order_number=HH-24809', 'postcode=69002']);
  expect(values('4', { expecting: 'quantity' })).toEqual(['quantity=4']);
});

test('a shop names the form of its own numbers', () => {
  const orderNumber = /WEB-\d{4}-[A-Z]{3}/giu;
  expect(values('where is web-2024-abc', { language: 'en', orderNumber })).toEqual(['order_number=web-2024-abc']);
});

test.each([
  ['en', 'it came yesterday', 'today-1'],
  ['de', 'übermorgen', 'today+2'],
  ['fr', "aujourd'hui", 'today'],
  ['zh', '明天能到吗', 'today+1'],
  ['ar', 'غدا', 'today+1'],
])('%s: "%s" is marked as relative', (language, text, value) => {
  expect(findEntities(text, { language })).toMatchObject([{ name: 'date', value, relative: true }]);
});

test('values are given in one form', () => {
  const value = (text: string, language: string) => findEntities(text, { language })[0]?.value;
  expect(value('1.234,50 €', 'de')).toBe('1234.50 EUR');
  expect(value('$1,234.50', 'en')).toBe('1234.50 USD');
  expect(value('1.2万元', 'zh')).toBe('12000 CNY');
  expect(value('12€50', 'fr')).toBe('12.50 EUR');
  expect(value('12 de marzo de 2024', 'es')).toBe('2024-03-12');
  expect(value('3-5 June', 'en')).toBe('--06-03/--06-05');
  expect(value('ＨＨ－２４８１７', 'ja')).toBe('HH-24817');
  expect(value('06 12 34 56 78', 'fr')).toBe('+33612345678');
  expect(value('Швейцарию', 'ru')).toBe('CH');
  expect(value('Lisbonne', 'fr')).toBe('Lisbon');
});

test('products and reasons are words of the shared lexicon', () => {
  const found = findEntities('I want to return the lamp, it is broken', { language: 'en' });
  expect(found.map(({ name, value }) => `${name}=${value}`)).toEqual(['product=lamp', 'reason=damaged']);
  expect(findEntities('花瓶', { language: 'zh' })).toMatchObject([{ name: 'product', text: '花瓶' }]);
  // Without a wish to send something back it is no reason for that.
  expect(findEntities('the lamp is broken', { language: 'en' }).map(({ name }) => name)).toEqual(['product']);
});
