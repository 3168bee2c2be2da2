// JupyterLab's packages are ES modules, which jest does not read; so are some of those they stand on.
const modules = [
  '@codemirror',
  '@jupyter',
  '@jupyterlab',
  '@lezer',
  '@lumino',
  '@marijn',
  '@microsoft',
  '@rjsf',
  'exenv-es6',
  'lib0',
  'nanoid',
  'y-protocols',
  'yjs'
];

module.exports = {
  testEnvironment: '<rootDir>/test/environment.cjs',
  testTimeout: 30_000, // a thousand rows take their time on a busy machine
  testMatch: ['<rootDir>/test/**/*.spec.{ts,tsx}'],
  setupFiles: ['<rootDir>/test/setup.ts'],
  moduleNameMapper: {
    '\\.svg$': '<rootDir>/test/svg.ts',
    '\\.css$': '<rootDir>/test/svg.ts'
  },
  transform: {
    '\\.[jt]sx?$': ['ts-jest', { tsconfig: 'tsconfig.test.json', diagnostics: false }]
  },
  transformIgnorePatterns: [`/node_modules/(?!(${modules.join('|')})/)`]
};
