import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a sentence model of a few words as a folder of ONNX files, and says which vector each word has. */
export function writeTinyModel(folder: string): Map<string, number[]> {
  const dimensions = 4;
  const vocabulary = [...special, ...Object.keys(words)];
  const table = [...special.map((_, i) => [0.02, 0.01 * i, 0.02, 0.01]), ...Object.values(words)];
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  writeFileSync(join(folder, 'onnx', 'model.onnx'), model(table));
  const json = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  json('config.json', {
    model_type: 'bert',
    architectures: ['BertModel'],
    hidden_size: dimensions,
    vocab_size: vocabulary.length,
  });
  json('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    model_max_length: 64,
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
  });
  json('tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((word, i) => [word, i])),
    },
  });
  return new Map(vocabulary.map((word, i) => [word, table[i] ?? []]));
}

const dimensions = 4;
const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const words = {
  refund: [1, 0.1, 0, 0.1],
  money: [0.9, 0.3, 0.1, 0],
  parcel: [0, 0.1, 1, 0.1],
  late: [0.1, 0, 0.3, 1],
  query: [0.2, 0.5, 0, 0],
  passage: [0, 0.5, 0.2, 0],
};

// One look-up: last_hidden_state = table[input_ids]. The file's form is Protocol Buffers, written out by hand.
function model(table: number[][]): Buffer {
  const rows = table.length;
  const columns = table[0]?.length ?? 0;
  const weights = message([
    number(1, rows),
    number(1, columns),
    number(2, 1),
    text(8, 'table'),
    bytes(9, Buffer.from(new Float32Array(table.flat()).buffer)),
  ]);
  const gather = message([text(1, 'table'), text(1, 'input_ids'), text(2, 'last_hidden_state'), text(4, 'Gather')]);
  const graph = message([
    bytes(1, gather),
    text(2, 'tiny'),
    bytes(5, weights),
    bytes(11, tensor('input_ids', 7, ['batch', 'tokens'])),
    bytes(11, tensor('attention_mask', 7, ['batch', 'tokens'])),
    bytes(12, tensor('last_hidden_state', 1, ['batch', 'tokens', columns])),
  ]);
  return message([number(1, 8), bytes(7, graph), bytes(8, message([number(2, 13)]))]);
}

function tensor(name: string, type: number, shape: (string | number)[]): Buffer {
  const sizes = message(
    shape.map((size) => bytes(1, message([typeof size === 'string' ? text(2, size) : number(1, size)]))),
  );
  return message([text(1, name), bytes(2, message([bytes(1, message([number(1, type), bytes(2, sizes)]))]))]);
}

function message(fields: Buffer[]): Buffer {
  return Buffer.concat(fields);
}

function number(field: number, value: number): Buffer {
  return Buffer.from([...varint(field << 3), ...varint(value)]);
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(value.length)]), value]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function varint(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...out, rest];
    out.push((rest % 128) | 128);
  }
}
