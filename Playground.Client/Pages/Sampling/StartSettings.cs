using Playground.Client.Contracts;

namespace Playground.Client.Pages.Sampling;

/// <summary>What the pictures start from, as it is chosen on the page.</summary>
public enum StartKind
{
    /// <summary>Noise alone.</summary>
    Noise,

    /// <summary>A picture with noise mixed in.</summary>
    Picture,

    /// <summary>A picture of which a painted part is drawn anew.</summary>
    Part,

    /// <summary>The noise between that of two pictures.</summary>
    Between,
}

/// <summary>The settings of <see cref="StartPicture"/>, to and from a request.</summary>
public sealed class StartSettings
{
    public StartKind Kind { get; set; }

    /// <summary>Ids of the picture, or of the two; null where none was chosen yet.</summary>
    public string?[] Pictures { get; } = new string?[2];

    public string? Mask { get; set; }

    public double Strength { get; set; } = 0.6;

    public double PartStrength { get; set; } = 1;

    public int JumpLength { get; set; } = 5;

    public int Resamples { get; set; } = 1;

    public int InversionCalls { get; set; } = 3;

    /// <summary>Whether every picture that the kind needs is chosen.</summary>
    public bool IsComplete => Kind switch
    {
        StartKind.Noise => true,
        StartKind.Between => Pictures[0] is not null && Pictures[1] is not null,
        _ => Pictures[0] is not null,
    };

    /// <summary>Fewest images that can be made.</summary>
    public int LeastCount => Kind == StartKind.Between ? 2 : 1;

    public static StartSettings Of(SampleRequest request)
    {
        var settings = new StartSettings { Mask = request.Mask };
        if (request.Interpolate is { } pair)
        {
            (settings.Kind, settings.InversionCalls) = (StartKind.Between, pair.InversionCalls);
            (settings.Pictures[0], settings.Pictures[1]) = (pair.From, pair.To);
        }
        else if (request.Init.Count > 0)
        {
            (settings.Kind, settings.Pictures[0]) = (request.Mask is null ? StartKind.Picture : StartKind.Part, request.Init[0]);
            if (request.Mask is null) settings.Strength = request.Strength ?? 0.8;
            else settings.PartStrength = request.Strength ?? 1;
        }
        if (request.Repaint is { } repaint) (settings.JumpLength, settings.Resamples) = (repaint.JumpLength, repaint.Resamples);
        return settings;
    }

    /// <summary>The request with what was chosen.</summary>
    /// <param name="request">With everything else.</param>
    /// <param name="resamples">Whether its sampler can go back.</param>
    public SampleRequest Apply(SampleRequest request, bool resamples) => Kind switch
    {
        StartKind.Noise => request,
        StartKind.Picture => request with { Init = [Pictures[0]!], Strength = Strength },
        StartKind.Part => request with
        {
            Init = [Pictures[0]!],
            Mask = Mask,
            Strength = PartStrength,
            Repaint = resamples && Resamples > 1 ? new() { JumpLength = JumpLength, Resamples = Resamples } : null,
        },
        // The way back is DDIM's alone, and only without guidance.
        _ => request with
        {
            Sampler = "ddim",
            Options = null,
            Eta = 0,
            Guidance = 1,
            VariationStrength = 0,
            Interpolate = new() { From = Pictures[0]!, To = Pictures[1]!, InversionCalls = InversionCalls },
        },
    };
}
