/** The description of the arguments of a command that takes none. */
export const NO_ARGUMENTS = { args: { type: 'object', properties: {} } } as const;

/** Where a command was called from; context menus of the file browser say so. */
export const FROM_FILE_BROWSER = {
  args: {
    type: 'object',
    properties: {
      from: {
        type: 'string',
        enum: ['filebrowser'],
        description: 'Take what is selected in the file browser'
      }
    }
  }
} as const;

/** A suggestion. */
export const ONE_SUGGESTION = {
  args: {
    type: 'object',
    properties: { id: { type: 'number', description: 'The number of the suggestion' } },
    required: ['id']
  }
} as const;

/** A thing, and which version of it. */
export const ONE_THING = {
  args: {
    type: 'object',
    properties: {
      fullName: { type: 'string', description: 'owner/name of the thing' },
      version: { type: 'string', description: 'The version; the latest' }
    },
    required: ['fullName']
  }
} as const;

/** A version of a thing, and the one it is compared with. */
export const ONE_VERSION = {
  args: {
    type: 'object',
    properties: {
      fullName: { type: 'string', description: 'owner/name of the thing' },
      version: { type: 'string', description: 'The version' },
      base: { type: 'string', description: 'The version it is compared with; the one before it' }
    },
    required: ['fullName', 'version']
  }
} as const;
