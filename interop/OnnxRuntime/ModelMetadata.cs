namespace Microsoft.ML.OnnxRuntime;

/// <summary>What a model says of itself.</summary>
public sealed unsafe class ModelMetadata
{
    /// <param name="metadata">Belongs to the caller.</param>
    internal ModelMetadata(nint metadata)
    {
        byte* text;
        byte** keys;
        long count;
        var allocator = OrtLibrary.DefaultAllocator();
        OrtLibrary.Check(OrtLibrary.Api->ModelMetadataGetProducerName(metadata, allocator, &text));
        ProducerName = OrtLibrary.TakeText(text);
        OrtLibrary.Check(OrtLibrary.Api->ModelMetadataGetCustomMetadataMapKeys(metadata, allocator, &keys, &count));
        for (var i = 0; i < count; i++)
        {
            OrtLibrary.Check(OrtLibrary.Api->ModelMetadataLookupCustomMetadataMap(metadata, allocator, keys[i], &text));
            CustomMetadataMap[OrtLibrary.TakeText(keys[i])] = OrtLibrary.TakeText(text);
        }
        if (count > 0) OrtLibrary.Check(OrtLibrary.Api->AllocatorFree(allocator, keys));
    }

    /// <summary>The program that wrote the model.</summary>
    public string ProducerName { get; }

    /// <summary>The model's own entries.</summary>
    public Dictionary<string, string> CustomMetadataMap { get; } = [];
}
