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
