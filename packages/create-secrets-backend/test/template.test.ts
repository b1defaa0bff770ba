// The template's own tests, where it lies: it is a package like any other until it is copied.
import "../template/package/test/backend.test.js";
import "../template/package/test/conformance.test.js";
import "../template/package/test/error-map.test.js";
import "../template/package/test/leak.test.js";
