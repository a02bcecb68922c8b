namespace Playground.Core.Data;

/// <summary>
/// The images of a stored data set that have captions. Templates may say more around them: <c>{text}</c> stands for the caption,
/// <c>{class}</c> for the class's name, and any other name for what the image says of itself under it.
/// </summary>
public sealed class StoredCaptions : ICaptionedDataset
{
    private readonly StoredDataset _data;
    private readonly int[] _indices;

    /// <param name="data">It stays the caller's to dispose.</param>
    /// <param name="templates">One or more; each makes a caption of every image that has what it names.</param>
    /// <exception cref="PlaygroundException">No image has what the templates name.</exception>
    public StoredCaptions(StoredDataset data, IReadOnlyList<string> templates)
    {
        _data = data;
        var captions = Enumerable.Range(0, data.Count).Select(i => (Index: i, Texts: CaptionsOf(i, templates)))
            .Where(c => c.Texts.Length > 0).ToList();
        if (captions.Count == 0)
            throw new PlaygroundException($"No image of '{data.Name}' has what {string.Join(" or ", templates.Select(t => $"'{t}'"))} "
                + $"names. There is {string.Join(", ", NamesIn(data).Select(n => $"{{{n}}}"))}.");
        (_indices, Captions) = ([.. captions.Select(c => c.Index)], [.. captions.Select(c => c.Texts)]);
    }

    /// <inheritdoc/>
    public string Name => _data.Name;

    /// <inheritdoc/>
    public int Count => _indices.Length;

    /// <inheritdoc/>
    public int Channels => _data.Channels;

    /// <inheritdoc/>
    public int Height => _data.Height;

    /// <inheritdoc/>
    public int Width => _data.Width;

    /// <inheritdoc/>
    public int? Classes => null;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<string>> Captions { get; }

    /// <inheritdoc/>
    public void Read(int index, Span<byte> into) => _data.Read(_indices[index], into);

    /// <inheritdoc/>
    public int Label(int index) => 0;

    /// <summary>The names that templates can use.</summary>
    public static IReadOnlyList<string> NamesIn(StoredDataset data)
    {
        var isCaptioned = Enumerable.Range(0, data.Count).Any(i => data.Caption(i) is not null);
        return [.. isCaptioned ? [CaptionTemplate.Text] : Array.Empty<string>(), .. data.FieldNames,
            .. data.ClassNames.Count > 0 ? [CaptionTemplate.Class] : Array.Empty<string>()];
    }

    private string[] CaptionsOf(int index, IReadOnlyList<string> templates)
    {
        string? Value(string name) => name switch
        {
            CaptionTemplate.Text => _data.Caption(index),
            CaptionTemplate.Class => _data.ClassNames.Count > 0 ? _data.ClassNames[_data.Label(index)] : null,
            _ => _data.Field(index, name),
        };
        return [.. templates.Select(t => CaptionTemplate.Fill(t, Value)).OfType<string>().Distinct()];
    }
}
