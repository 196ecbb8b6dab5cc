"""The OpenCompass plugin: the only code of this project that imports opencompass or mmengine."""

import warnings

# jieba and mmengine, which OpenCompass 0.5.4 imports, still use pkg_resources; users cannot fix that.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
