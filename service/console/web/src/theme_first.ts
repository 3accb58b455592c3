// Sets the colours before anything is painted.
import { paint, storedTheme } from "./theme_paint";

paint(storedTheme());
