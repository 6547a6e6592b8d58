import js from "@eslint/js";
import tseslint from "typescript-eslint";

const unexplained = "A skip has a reason: use `needs` or `skipWithout` of test/support/needs.ts.";

export default tseslint.config(
  { ignores: ["node_modules/", ".pulumi/", ".postgres/", "reports/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers and booleans read well in messages; objects do not.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // Typed arrays are indexed in hot loops whose bounds the loop itself guarantees.
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // chai's assertions are property reads.
      "@typescript-eslint/no-unused-expressions": "off",
      "no-restricted-globals": [
        "error",
        ...["before", "after", "beforeEach", "afterEach"].map((name) => ({
          name,
          message: "Use `setUp`, `setUpEach` or `withUndo` of test/support/fixture.ts.",
        })),
        ...["xit", "xdescribe", "xcontext", "xspecify"].map((name) => ({ name, message: unexplained })),
      ],
      "no-restricted-properties": ["error", { property: "skip", message: unexplained }],
    },
  },
  {
    files: ["test/support/{fixture,needs,skips}.ts"],
    rules: { "no-restricted-globals": "off", "no-restricted-properties": "off" },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly" } },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: { globals: { __dirname: "readonly", module: "writable", require: "readonly" } },
  },
);
