import { behaviours } from "../../support/behaviours";
import { embedded } from "../../support/embedded-place";

behaviours(embedded(18));
