import { behaviours } from "../../support/behaviours";
import { existing } from "../../support/existing-place";

behaviours(existing());
