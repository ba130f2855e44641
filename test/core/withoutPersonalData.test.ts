import { expect, test } from 'vitest';
import { findEntities } from '../../bot/understanding/entities/findEntities.ts';
import { withoutPersonalData } from '../../core/withoutPersonalData.ts';

const hide = (text: string, known: string[] = []) => withoutPersonalData(text, findEntities, known);

// Each text with what must not be left of it.
const canaries: [string, ...string[]][] = [
  ['Hi Mei, where is HH-24817? Mail me at jo.canary@example.org', 'Mei', '24817', 'canary'],
  ['My name is Zelda Quux and I live at 17 Larch Tree Road, SW1A 1AA', 'Zelda', 'Quux', 'Larch', 'SW1A'],
  ['call +44 20 7946 0958 or 0171-5551234', '7946', '5551234'],
  ['card 4111 1111 1111 1111, cvc 1234', '4111', '1234'],
  ['IBAN DE89370400440532013000 please', 'DE89', '0130'],
  ['my parcel 1Z999AA10123456784 is stuck https://track.example/x?token=secret', '1Z999', 'secret'],
  ['Ich heiße Quirin Zwetschge, Lindenstraße 12a, 24103 Kiel', 'Quirin', 'Zwetschge', 'Linden', '24103'],
  ['Sehr geehrte Frau Zwetschge, das Paket kommt. Viele Grüße, Mei Canary', 'Zwetschge', 'Mei', 'Canary'],
  ["Bonjour, je m'appelle Aurélie Dupont, 12 rue de la Paix", 'Aurélie', 'Dupont', 'Paix'],
  ['Hola Mei, me llamo Iñaki Etxeberria, calle de Alcalá 45', 'Mei', 'Iñaki', 'Etxeberria', 'Alcalá'],
  ['Buongiorno, mi chiamo Gaia Bianchi, via Garibaldi 8', 'Gaia', 'Bianchi', 'Garibaldi'],
  ['Oi, meu nome é Thiago Souza, CPF 123.456.789-09, rua das Flores, 100', 'Thiago', 'Souza', '789', 'Flores'],
  ['Ik heet Sanne de Vries, Prinsengracht 263', 'Sanne', 'Vries', 'Prinsen'],
  ['Здравствуйте, меня зовут Полина Канарейкина, ул. Ленина 5, кв. 12', 'Полина', 'Канарейкина', 'Ленина'],
  ['اسمي خالد العتيبي وأسكن في شارع الملك فهد 12', 'خالد', 'العتيبي', 'الملك'],
  ['我叫王小明，地址是朝阳区建国路88号3单元，电话13800138000', '王小明', '建国', '13800138000'],
  ['私は佐藤花子です。東京都渋谷区神南1-19-11に送ってください', '佐藤', '花子', '神南', '1-19'],
  ['田中様、ご注文はHH-20001です', '田中', '20001'],
  ['제 이름은 김민수입니다. 테헤란로 152 로 보내주세요', '김민수', '테헤란'],
  ['박지영님 안녕하세요, 010-1234-5678', '박지영', '5678'],
];

test.each(canaries)('%s', (text, ...secrets) => {
  const left = hide(text);
  for (const secret of secrets) expect(left).not.toContain(secret);
});

test('names from records go wherever they stand', () => {
  expect(hide('the chair that ottilie zorn ordered', ['Ottilie Zorn'])).toBe('the chair that […] ordered');
  expect(hide('Anna likes bananas', ['Anna'])).toBe('[…] likes bananas');
});

test('a question without personal data stays as it is', () => {
  for (const text of [
    'Are the plates dishwasher safe?',
    'Kann ich bis 24.12.2026 für 49,90 € bestellen?',
    '可以帮我包成礼物吗',
    'ギフト包装はできますか',
    'お客様の声はどこで読めますか',
    '고객님 할인 있나요?',
    'Есть ли скидка для студентов?',
  ])
    expect(hide(text)).toBe(text);
});

test('the time grows with the length only', () => {
  const time = (text: string) => {
    const started = performance.now();
    hide(text);
    return performance.now() - started;
  };
  for (const piece of ['Hi Aa ', '1 ', 'rue a ', '12 a b c ', 'A.A.', '田', '로 1', 'www.', 'شارع ab '])
    expect(time(piece.repeat(4000)), piece).toBeLessThan(400);
});
