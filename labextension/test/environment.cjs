// jsdom with what it lacks of a browser and Node has.
const { TestEnvironment } = require('jest-environment-jsdom');

const LACKING = [
  'AbortController',
  'AbortSignal',
  'fetch',
  'Headers',
  'Request',
  'Response',
  'structuredClone',
  'TextEncoder'
];

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of LACKING) {
      this.global[name] = globalThis[name];
    }
  }
};
