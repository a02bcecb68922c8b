using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Evaluation.Clip;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Server.Hosting;

namespace Playground.Server.Evaluations;

/// <summary>The bundled extractors, and the ONNX files and CLIP folders in the features folder.</summary>
internal sealed class EvaluationExtractors(IOptions<PlaygroundOptions> options)
{
    private const string Suffix = ".onnx";

    public IReadOnlyList<ExtractorView> List() =>
    [
        .. BundledExtractor.All.Select(e => new ExtractorView(
            e.Id, e.Title, [e.Preprocessing.Name], e.Note, SampleSize.LeastForFrechet(e.Dimensions), SampleSize.ForFrechet(e.Dimensions))
        {
            Form = new ImageForm(e.Preprocessing.Size, e.Preprocessing.Channels),
            DistanceName = DistanceName.Of(e.Name, e.Dimensions).Name,
        }),
        .. Files().Select(name => new ExtractorView(
            name, name, [.. Preprocessing.ForInception.Select(p => p.Name)],
            "Its distances compare with those of the same weights and preprocessing.", LeastImages: null, EnoughImages: null)),
    ];

    public ExtractorView? Find(string name) => List().FirstOrDefault(e => e.Name == name);

    /// <exception cref="PlaygroundException">It is not there any more, or cannot be used.</exception>
    public IFeatureExtractor Open(string name, string? preprocessing)
    {
        if (BundledExtractor.Find(name) is not null) return FeatureExtractors.Open(name, preprocessing);
        // A name is only ever compared with what the folder holds: it never becomes part of a path.
        if (!Files().Contains(name)) throw PlaygroundException.Of(JobError.ExtractorGone,
            $"The extractor '{name}' is not there any more.");
        return FeatureExtractors.Open(Path.Combine(Folder, name + Suffix), preprocessing);
    }

    /// <summary>Names of the CLIP models.</summary>
    public IReadOnlyList<string> ListClip()
        => Directory.Exists(Folder) ? [.. Directory.EnumerateDirectories(Folder).Where(ClipModel.IsIn).Select(f => Path.GetFileName(f))
            .Order(StringComparer.Ordinal)] : [];

    /// <exception cref="PlaygroundException">It is not there any more, or cannot be used.</exception>
    public ClipModel OpenClip(string name)
        => ListClip().Contains(name) ? ClipModel.Load(Path.Combine(Folder, name))
            : throw PlaygroundException.Of(JobError.ClipGone, $"The CLIP model '{name}' is not there any more.");

    private string Folder => Path.GetFullPath(options.Value.Features);

    private IEnumerable<string> Files() => Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*" + Suffix)
        .Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal) : [];
}
