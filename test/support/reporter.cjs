const { reporters } = require("mocha");

/** Mocha's spec reporter, with a closing line that programs can read: `N passed, N failed, N skipped`. */
module.exports = class extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  }
};
