using System.CommandLine;
using System.Globalization;
using Playground.Cli;
using Playground.Cli.Commands;

// Numbers are written the same everywhere; Unicode's tables stay, since CLIP's prompts need them.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentCulture =
    CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
var root = new RootCommand("Train, sample and evaluate diffusion models from a terminal.")
{
    TrainCommand.Create(),
    SampleCommand.Create(),
    InterpolateCommand.Create(),
    DownloadCommand.Create(),
    ConvertCommand.Create(),
    TrainFeaturesCommand.Create(),
    EvaluateCommand.Create(),
    StatsCommand.Create(),
    DoctorCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
