const files = { json: 'json.worker.js', graphql: 'graphql.worker.js' }

// Monaco looks for this when it starts its first editor, so it is set before Monaco is loaded.
globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(new URL(files[label] ?? 'editor.worker.js', import.meta.url)),
}
