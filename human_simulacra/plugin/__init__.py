"""The OpenCompass plugin: the only code of this project that imports opencompass or mmengine."""
