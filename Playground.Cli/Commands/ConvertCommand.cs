using System.CommandLine;
using System.Globalization;
using Playground.Evaluation.Features.Inception;

namespace Playground.Cli.Commands;

/// <summary><c>convert</c>: published weights into a file that evaluation can run.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<string> s_weights = new("weights") { Description = "pytorch-fid's .pth file" };
    private static readonly Argument<string> s_onnx = new("onnx") { Description = "The ONNX file to write" };

    public static Command Create()
    {
        var inception = new Command("fid-inception", "The Inception network of the Fréchet Inception Distance, from pytorch-fid's weights")
            { s_weights, s_onnx };
        inception.SetAction(parsed => Run(parsed.GetRequiredValue(s_weights), parsed.GetRequiredValue(s_onnx)));
        return new Command("convert", "Turn published weights into an ONNX file for evaluation") { inception };
    }

    private static int Run(string weights, string onnx)
    {
        FidInception.Convert(weights, onnx);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{onnx}: {new FileInfo(onnx).Length / 1e6:0.0} MB; use it with --features {onnx}"));
        return 0;
    }
}
