import { Document, type DocumentInterface } from '@langchain/core/documents';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { VectorStore } from '@langchain/core/vectorstores';
import type { Index } from '@pinecone-database/pinecone';
import type { SparseVector } from './vectorIndex.ts';

/**
 * A LangChain vector store over one namespace of a Pinecone index, dense and sparse. `sparse` of `addVectors` stands beside the
 * documents; a query's is the filter's.
 */
export class PineconeStore extends VectorStore {
  declare FilterType: { sparse?: SparseVector | undefined };
  private readonly read: Index;
  private readonly write: Index;

  /** `read` answers soon or not at all, `write` tries again. */
  constructor(embeddings: EmbeddingsInterface, { read, write }: { read: Index; write: Index }) {
    super(embeddings, {});
    this.read = read;
    this.write = write;
  }

  override _vectorstoreType(): string {
    return 'pinecone';
  }

  override async addVectors(
    vectors: number[][],
    documents: DocumentInterface[],
    { ids, sparse }: { ids?: string[]; sparse?: (SparseVector | undefined)[] } = {},
  ): Promise<string[]> {
    const records = vectors.map((values, i) => {
      const id = ids?.[i] ?? documents[i]?.id;
      if (!id) throw new Error('a document has no id');
      const words = sparse?.[i];
      return {
        id,
        values,
        ...(words ? { sparseValues: words } : {}),
        metadata: { ...documents[i]?.metadata, text: documents[i]?.pageContent ?? '' },
      };
    });
    for (let at = 0; at < records.length; at += batchSize)
      await this.write.upsert({ records: records.slice(at, at + batchSize) });
    return records.map(({ id }) => id);
  }

  override async addDocuments(documents: DocumentInterface[], options: { ids?: string[] } = {}): Promise<string[]> {
    const vectors = await this.embeddings.embedDocuments(documents.map((document) => document.pageContent));
    return this.addVectors(vectors, documents, options);
  }

  override async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: this['FilterType'],
  ): Promise<[Document, number][]> {
    const { matches } = await this.read.query({
      vector: filter?.sparse ? query.map((value) => value * denseShare) : query,
      topK: k,
      includeMetadata: true,
      ...(filter?.sparse ? { sparseVector: scaled(filter.sparse, 1 - denseShare) } : {}),
    });
    if (!Array.isArray(matches)) throw new Error('Pinecone answered without matches');
    return matches.flatMap(({ id, score, metadata: { text, ...metadata } = {} }) =>
      typeof id === 'string' && typeof score === 'number' && Number.isFinite(score)
        ? [[new Document({ id, pageContent: String(text ?? ''), metadata }), score] as [Document, number]]
        : [],
    );
  }

  override async delete({ ids }: { ids: string[] }): Promise<void> {
    for (let at = 0; at < ids.length; at += deleteSize)
      await this.write.deleteMany({ ids: ids.slice(at, at + deleteSize) });
  }

  /** Those of the ids that a reader would see by now; Pinecone shows a write a little later. */
  async visible(ids: string[]): Promise<string[]> {
    const { records } = await this.read.fetch({ ids });
    return Object.keys(records ?? {});
  }
}

// A request of Pinecone may have 2 MB: a hundred vectors of 1,536 dimensions fit with their words.
const batchSize = 100;
const deleteSize = 1000;
// Meaning counts three times as much as words.
const denseShare = 0.75;

function scaled({ indices, values }: SparseVector, share: number): SparseVector {
  return { indices, values: values.map((value) => value * share) };
}
