package dev.inferencestore.domain.replay;

/** What the files of a replay hold. */
public enum FileFormat {
    /** JSON lines, each an event of the store's own. */
    OWN("own"),
    /** Amazon SageMaker Data Capture: JSON lines. */
    SAGEMAKER("sagemaker"),
    /** Azure Machine Learning data collector: JSON lines, each a CloudEvent. */
    AZUREML("azureml"),
    /** KServe's logger with a store of blobs: a JSON object, or an array of them, a file. */
    KSERVE_BLOB("kserve-blob");

    private final String text;

    FileFormat(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
