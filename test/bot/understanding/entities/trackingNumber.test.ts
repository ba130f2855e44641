import { describe, expect, test } from 'vitest';
import * as check from '../../../../bot/understanding/entities/checkDigits.ts';
import { findEntities } from '../../../../bot/understanding/entities/findEntities.ts';
import { isTrackingNumber, trackingCarriers } from '../../../../bot/understanding/entities/trackingNumber.ts';

const trackingIn = (text: string, language = 'en') =>
  findEntities(text, { language })
    .filter(({ name }) => name === 'tracking_number')
    .map(({ value }) => value);

test.each([
  ['post', 'RR123456785CN'],
  ['post', 'LX000000005DE'],
  ['ups', '1Z999AA10123456784'],
  ['dhl', '00340434161094042557'],
  ['dhl', 'JJD000390012345678901'],
  ['usps', '9400111201080805483016'],
  ['sf', 'SF1234567890123'],
  ['yunexpress', 'YT2412345678901234'],
  ['yto', 'YT1234567890123'],
  ['4px', '4PX3000123456789CN'],
  ['cainiao', 'LP00123456789012'],
  ['postnl', '3SABCD1234567890'],
  ['evri', 'H00AB10123456789'],
  ['colissimo', '6A12345678901'],
  ['amazon', 'TBA123456789012'],
])('%s: %s is known by itself', (carrier, code) => {
  expect(trackingCarriers(code, 'form')).toContain(carrier);
});

test.each([
  'RR123456784CN',
  '1Z999AA10123456785',
  '00340434161094042558',
  '9400111201080805483017',
  'HH-24817',
  '24817',
  '',
])('%s is none', (code) => {
  expect(isTrackingNumber(code)).toBe(false);
  expect(trackingIn(`where is ${code} please`)).toEqual([]);
});

describe('check digits', () => {
  test.each([
    ['s10', 'RB123456785GB'],
    ['fedex', '986578788855'],
    ['mod7', '3318810025'],
    ['identcode', '563102430313'],
    ['gs1', '03071790000523483741'],
    ['luhn', '4111111111111111'],
    ['dpd', 'A12425GABC1234002M'],
  ] as const)('%s accepts %s and no other last character', (name, code) => {
    const digits = name === 'dpd' ? [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'] : [...'0123456789'];
    const at = name === 's10' ? 10 : code.length - 1;
    const accepted = digits.filter((digit) => check[name](code.slice(0, at) + digit + code.slice(at + 1)));
    expect(accepted).toEqual([code[at]]);
  });
});

test.each([
  ['en', 'my tracking number is 986578788855', '986578788855'],
  ['en', 'RR 123 456 785 CN, has it moved?', 'RR123456785CN'],
  ['en', '1z 999 aa1 01 2345 6784', '1Z999AA10123456784'],
  ['de', 'Sendungsnummer 0034 0434 1610 9404 2557', '00340434161094042557'],
  ['de', 'DPD 01234567890123', '01234567890123'],
  ['fr', 'le colis 12345678901 est bloqué', '12345678901'],
  ['es', 'el seguimiento de SEUR: 12345678901234', '12345678901234'],
  ['it', 'spedizione BRT 12345678901 ferma', '12345678901'],
  ['pt', 'rastreio QB123456785BR parado', 'QB123456785BR'],
  ['nl', 'PostNL zending 3SABCD1234567890', '3SABCD1234567890'],
  ['ru', 'трек RA123456785RU не отслеживается', 'RA123456785RU'],
  ['ar', 'رقم الشحنة ١٢٣٤٥٦٧٨٩٠١٢ من سمسا', '123456789012'],
  ['zh', '顺丰单号SF1234567890123没动', 'SF1234567890123'],
  ['zh', '运单号：YT1234567890123', 'YT1234567890123'],
  ['ja', '送り状番号１２３４－５６７８－９０１８', '123456789018'],
  ['ko', 'CJ대한통운 운송장 123456789018 조회', '123456789018'],
])('%s: "%s"', (language, text, value) => {
  expect(trackingIn(text, language)).toEqual([value]);
});

test.each([
  'order 123456789012',
  'card 4111 1111 1111 1111',
  'call +49 170 1234567',
  'HH-24817 24103 and HH-24818 24105',
  'invoice 1234567890',
])('"%s" has none', (text) => {
  expect(trackingIn(text)).toEqual([]);
});
